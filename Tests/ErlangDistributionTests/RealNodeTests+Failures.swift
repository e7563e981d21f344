import ErlangPeers
import ExternalTermFormat
import Testing

@testable import ErlangDistribution

extension RealNodeTests {
    @Test("a wrong cookie is said to be one, and shows nowhere", arguments: OTP.allCases)
    func wrongCookie(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let error = await #expect(throws: ConnectError.self) { try await connect(node, cookie: "stale") }
            #expect(error?.code == .cookieRefused)
            #expect(error?.description == "no connection to \(node.name): the peer has another cookie")
            let connection = try await connect(node)  // and the right one still works
            await connection.close()
        }
    }

    @Test("another node than the one that was asked for is refused", arguments: OTP.allCases)
    func wrongNode(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let host = try peerName(node.name).host
            let error = await #expect(throws: ConnectError.self) {
                try await NodeConnection.connect(to: peerName("other@\(host)"), cookie: cookie(node.cookie))
            }
            #expect(error?.code == .unexpectedPeer)
            #expect(error?.detail.contains(node.name) == true)
        }
    }

    @Test("where nothing listens, the connection is refused at once")
    func nothingThere() async throws {
        let name = ErlangNode.freeName()
        let error = await #expect(throws: ConnectError.self) {
            try await NodeConnection.connect(to: peerName(name), cookie: cookie())
        }
        #expect(error?.code == .connectionRefused)
    }

    @Test("a node that is killed ends the connection and all calls at once", arguments: OTP.allCases)
    func killed(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node)
            async let loss = within(.seconds(5)) { try await connection.waitUntilClosed() }
            async let call = connection.calls(
                [RemoteCall("timer", "sleep", [60_000]), RemoteCall("timer", "sleep", [60_000])], timeout: .seconds(60))
            // the calls have arrived when a later one has been answered
            _ = try await connection.call("erlang", "node")
            node.killAtOnce()
            #expect([.closedByPeer, .transportFailed].contains(try await loss.code))
            for result in await call {
                guard case .failure(let error) = result else { throw Missing() }
                #expect(error.code == .connectionLost)
                #expect(error.loss != nil)
            }
            let error = await #expect(throws: CallError.self) { try await connection.call("erlang", "node") }
            #expect(error?.code == .connectionLost)
        }
    }

    @Test("a frozen node answers no call in time, and goes on when it thaws", arguments: OTP.allCases)
    func frozen(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node)
            try node.freeze()
            let error = await #expect(throws: CallError.self) {
                try await connection.call("erlang", "node", timeout: .milliseconds(200))
            }
            #expect(error?.code == .timedOut)
            node.thaw()
            #expect(try await connection.call("erlang", "abs", [-3]) == 3)
            await connection.close()
        }
    }

    @Test("a frozen node is given up when the tick time is over", arguments: OTP.allCases)
    func silent(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node, settings: ConnectionSettings(tickTime: .milliseconds(800)))
            try node.freeze()
            let loss = try await within(.seconds(10)) { try await connection.waitUntilClosed() }
            #expect(loss.code == .silent)
        }
    }

    @Test("a frozen node does not hold up connecting longer than allowed", arguments: OTP.allCases)
    func frozenHandshake(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            try node.freeze()
            let error = await #expect(throws: ConnectError.self) { try await connect(node, timeout: .milliseconds(300)) }
            #expect(error?.code == .timedOut)
        }
    }

    /// With a tick time of four seconds the node drops whoever gives no sign of life for so long. Its own `statistics` are
    /// the clock: a call that sleeps there for eight seconds while nothing else is sent.
    @Test("a connection without calls is kept alive by ticks alone", arguments: OTP.allCases)
    func ticks(otp: OTP) async throws {
        try await ErlangNode.with(otp, flags: ["-kernel", "net_ticktime", "4"]) { node in
            let connection = try await connect(node)
            #expect(try await connection.call("timer", "sleep", [8_000], timeout: .seconds(20)) == .atom("ok"))
            await connection.close()
        }
    }

    @Test("a cancelled task gets its answer at once, whatever it waits for", arguments: OTP.allCases)
    func cancellation(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node)
            let call = Task { try await connection.call("timer", "sleep", [60_000], timeout: .seconds(60)) }
            let end = Task { try await connection.waitUntilClosed() }
            _ = try await connection.call("erlang", "node")
            call.cancel()
            end.cancel()
            let error = await #expect(throws: CallError.self) { try await within(.seconds(5)) { try await call.value } }
            #expect(error?.code == .cancelled)
            await #expect(throws: CancellationError.self) { try await within(.seconds(5)) { try await end.value } }
            #expect(try await connection.call("erlang", "abs", [-3]) == 3)
            await connection.close()
        }
    }

    @Test("a connection that nobody holds any more is closed", arguments: OTP.allCases)
    func letGo(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            do { _ = try await connect(node).localName }
            let other = try await connect(node)
            try await eventually { try await other.call("erlang", "nodes", [.atom("hidden")]).list?.count == 1 }
            await other.close()
        }
    }

    @Test("more calls than may wait are refused, not queued without end", arguments: OTP.allCases)
    func overload(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node, settings: ConnectionSettings(maximumPendingCalls: 10))
            let calls = Array(repeating: RemoteCall("erlang", "node"), count: 12)
            let results = await connection.calls(calls)
            #expect(results.filter { (try? $0.get()) != nil }.count == 10)
            guard case .failure(let error)? = results.last else { throw Missing() }
            #expect(error.code == .overloaded)
            #expect(try await connection.call("erlang", "abs", [-3]) == 3)
            await connection.close()
        }
    }

    /// Messages to a name that nobody has are dropped by the peer, as those to `rex` are early in boot.
    @Test("a call to a node whose rex does not exist yet is repeated until it does", arguments: OTP.allCases)
    func untilAnswered(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node)
            // takes its name from rex, and gives it back after a second
            let script = """
                spawn(fun() -> P = whereis(rex), unregister(rex), timer:sleep(1000), register(rex, P) end).
                """
            let tokens = try await connection.call("erl_scan", "string", [.charlist(script)])
            let parsed = try await connection.call("erl_parse", "parse_exprs", [try #require(tokens.tuple?[1])])
            _ = try await connection.call("erl_eval", "exprs", [try #require(parsed.tuple?[1]), []])
            try await eventually { (try? await connection.call("erlang", "node", timeout: .milliseconds(50))) == nil }
            let answer = try await connection.callUntilAnswered(RemoteCall("erlang", "abs", [-3]))
            #expect(answer == 3)
            await connection.close()
        }
    }
}
