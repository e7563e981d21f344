import ErlangPeers
import ExternalTermFormat
import Testing

@testable import ErlangDistribution

/// Against running BEAMs. One after another: each test starts its own, and two cores carry only so many.
@Suite("With real nodes", .serialized)
struct RealNodeTests {
    private func connect(
        _ node: ErlangNode, cookie text: String? = nil, as localName: LocalName? = nil,
        settings: ConnectionSettings = ConnectionSettings(), timeout: Duration = .seconds(10)
    ) async throws -> NodeConnection {
        try await NodeConnection.connect(
            to: peerName(node.name), cookie: cookie(text ?? node.cookie), as: localName, settings: settings, timeout: timeout)
    }

    @Test("a node gives us a name, and answers calls", arguments: OTP.allCases)
    func calls(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node)
            #expect(connection.localName.name.hasSuffix("@" + (try peerName(node.name)).host))
            #expect(try await connection.call("erlang", "node") == .atom(try #require(Atom(node.name))))
            #expect(try await connection.call("lists", "reverse", [[1, .atom("b"), .utf8("c")]]) == [.utf8("c"), .atom("b"), 1])
            #expect(try await connection.call("erlang", "memory")["total"]?.int ?? 0 > 1_000_000)
            // hidden: seen as such, and not as a member of the cluster
            let us = Term.list([.atom(connection.localName)])
            #expect(try await connection.call("erlang", "nodes", [.atom("hidden")]) == us)
            #expect(try await connection.call("erlang", "nodes") == [])
            await connection.close()
            #expect(try await connection.waitUntilClosed().code == .closedHere)
        }
    }

    @Test("a name of our own is taken too", arguments: OTP.allCases)
    func ownName(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node, as: .fixed(peerName("probe@127.0.0.1"), creation: 77))
            #expect(connection.localName == "probe@127.0.0.1")
            #expect(try await connection.call("erlang", "node") == .atom(try #require(Atom(node.name))))
            // while it lasts, another one of the same name is turned away or takes its place, as OTP decides
            await connection.close()
        }
    }

    @Test("a thousand calls from many tasks are under way at once, and each gets its own answer", arguments: OTP.allCases)
    func pipelining(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node)
            try await withThrowingTaskGroup { group in
                for number in Int64(0)..<1_000 {
                    group.addTask {
                        let answer = try await connection.call(
                            "erlang", "+", [.integer(number), 1_000_000], timeout: .seconds(30))
                        #expect(answer == .integer(number + 1_000_000))
                    }
                }
                try await group.waitForAll()
            }
            let batch = (Int64(0)..<1_000).map { RemoteCall("erlang", "-", [.integer($0)]) }
            let answers = await connection.calls(batch, timeout: .seconds(30))
            #expect(try answers.map { try $0.get() } == (Int64(0)..<1_000).map { .integer(-$0) })
            await connection.close()
        }
    }

    @Test("megabytes go there and come back unchanged", arguments: OTP.allCases)
    func bigPayloads(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node)
            let bytes = Term.binary((0..<10 << 20).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 9)) })
            #expect(try await connection.call("erlang", "hd", [[bytes]], timeout: .seconds(30)) == bytes)
            let numbers = try await connection.call("lists", "seq", [1, 300_000], timeout: .seconds(30))
            #expect(numbers.list?.count == 300_000)
            await connection.close()
        }
    }

    @Test("an answer beyond the bounds fails its call, and the connection goes on", arguments: OTP.allCases)
    func beyondBounds(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let settings = ConnectionSettings(maximumMessageBytes: 100_000, terms: TermLimits(terms: 1_000))
            let connection = try await connect(node, settings: settings)
            let results = await connection.calls(
                [
                    RemoteCall("lists", "duplicate", [5_000_000, .atom("x")]), RemoteCall("lists", "seq", [300, 2_000]),
                    RemoteCall("erlang", "hd", [[.binary(Array(repeating: 0, count: 200_000))]]),
                    RemoteCall("erlang", "hd", [[.float(.nan)]]), RemoteCall("erlang", "abs", [-7]),
                ], timeout: .seconds(30))
            let codes = results.map { result -> CallError.Code? in
                guard case .failure(let error) = result else { return nil }
                return error.code
            }
            #expect(codes == [.answerTooLarge, .answerUndecodable, .requestTooLarge, .unencodable, nil])
            #expect(try results.last?.get() == 7)
            await connection.close()
        }
    }

    @Test("a function that fails, or that does not exist, is a badrpc with its reason", arguments: OTP.allCases)
    func badRPC(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node)
            let cases: [(RemoteCall, String)] = [
                (RemoteCall("nowhere", "nothing"), "undef"), (RemoteCall("erlang", "atom_to_list", [1]), "badarg"),
                (RemoteCall("erlang", "exit", [.atom("enough")]), "enough"),
                (RemoteCall("erlang", "error", [.utf8("boom")]), "boom"),
            ]
            for (call, word) in cases {
                let error = await #expect(throws: CallError.self) { try await connection.call(call) }
                #expect(error?.code == .badRPC)
                #expect(error?.reason?.description.contains(word) == true)
                #expect(error?.description.hasPrefix("\(call) on \(node.name): failed there: ") == true)
            }
            await connection.close()
        }
    }

    @Test("a function that prints does not wait for us", arguments: OTP.allCases)
    func printing(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node)
            #expect(try await connection.call("io", "format", [.charlist("hello~n"), []]) == .atom("ok"))
            await connection.close()
        }
    }

    @Test("a flag that dies with its process stays when it is set by a blocking call", arguments: OTP.allCases)
    func blocking(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            let connection = try await connect(node)
            _ = try await connection.blockCall("erlang", "system_flag", [.atom("scheduler_wall_time"), true])
            let times = try await connection.call("erlang", "statistics", [.atom("scheduler_wall_time")])
            #expect((times.list?.count ?? 0) > 0)
            await connection.close()
        }
    }

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
            node.freeze()
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
            node.freeze()
            let loss = try await within(.seconds(10)) { try await connection.waitUntilClosed() }
            #expect(loss.code == .silent)
        }
    }

    @Test("a frozen node does not hold up connecting longer than allowed", arguments: OTP.allCases)
    func frozenHandshake(otp: OTP) async throws {
        try await ErlangNode.with(otp) { node in
            node.freeze()
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
