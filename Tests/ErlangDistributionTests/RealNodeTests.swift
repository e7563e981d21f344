import ErlangPeers
import ExternalTermFormat
import Testing

@testable import ErlangDistribution

/// Against running BEAMs. One after another: each test starts its own, and two cores carry only so many.
@Suite("With real nodes", .serialized)
struct RealNodeTests {
    func connect(
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
}
