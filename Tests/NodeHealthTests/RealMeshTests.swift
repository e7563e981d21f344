import ErlangDistribution
import ErlangPeers
import ExternalTermFormat
import FleetModel
import NodeHealth
import Testing

/// Against running BEAMs. One after another: each test starts several.
@Suite("With real nodes", .serialized)
struct RealMeshTests {
    private func connect(_ node: ErlangNode) async throws -> NodeProbe {
        let (peer, cookie) = (try #require(PeerName(node.name)), try #require(Cookie(node.cookie)))
        return NodeProbe(try await NodeConnection.connect(to: peer, cookie: cookie, timeout: .seconds(20)))
    }

    /// Starts nodes with these cookies, and connects to each.
    private func withNodes(
        _ cookies: [String], _ otp: OTP, body: ([ErlangNode], [NodeProbe]) async throws -> Void
    ) async throws {
        // without this, OTP 25 and later take a torn cluster down to single nodes on purpose
        let flags = ["-kernel", "prevent_overlapping_partitions", "false", "dist_auto_connect", "never"]
        func start(_ rest: ArraySlice<String>, _ nodes: [ErlangNode], _ probes: [NodeProbe]) async throws {
            guard let cookie = rest.first else { return try await body(nodes, probes) }
            try await ErlangNode.with(otp, cookie: cookie, flags: flags) { node in
                let probe = try await connect(node)
                try await start(rest.dropFirst(), nodes + [node], probes + [probe])
                await probe.connection.close()
            }
        }
        try await start(cookies[...], [], [])
    }

    private func join(_ probes: [NodeProbe]) async throws {
        for probe in probes {
            for other in probes where other.connection.peer != probe.connection.peer {
                let name = try #require(Atom(other.connection.peer.description))
                _ = try await probe.connection.call("net_kernel", "connect_node", [.atom(name)])
            }
        }
    }

    private func mesh(_ probes: [NodeProbe]) async -> MeshReport {
        MeshReport(judging: await NodeProbe.reports(from: probes, timeout: .seconds(10)))
    }

    @Test("a node tells all about itself", arguments: OTP.allCases)
    func wholeReport(otp: OTP) async throws {
        try await withNodes(["one"], otp) { nodes, probes in
            let report = try await probes[0].report(timeout: .seconds(10))
            let call = probes[0].connection
            #expect(report.node == nodes[0].name)
            #expect(try await report.otp == call.call("erlang", "system_info", [.atom("otp_release")]).text)
            #expect(otp != .otp27 || report.otp == "27")
            #expect((0..<120).contains(report.uptimeSeconds))
            let memory = try #require(report.memory["total"])
            #expect(memory > 5_000_000 && memory < 1_000_000_000)
            #expect(Set(["processes", "system", "atom", "binary", "code", "ets"]).isSubset(of: Set(report.memory.keys)))
            #expect(report.processes.count > 20 && report.processes.limit == (otp == .otp27 ? 1_048_576 : 262_144))
            #expect(report.atoms.count > 5_000 && report.atoms.limit == 1_048_576)
            #expect(report.ports.count > 0 && report.ports.limit >= 1_024)
            #expect(report.peers == [])
            #expect(report.applications == ["kernel", "stdlib"])
            #expect(report.bootState(of: "stdlib") == .started)
            #expect(report.bootState(of: "shop") == .awaitingApplication("shop"))
        }
    }

    @Test("an application that is started is seen", arguments: OTP.allCases)
    func application(otp: OTP) async throws {
        try await withNodes(["one"], otp) { _, probes in
            let before = try await probes[0].report(timeout: .seconds(10))
            _ = try await probes[0].connection.call("application", "start", [.atom("crypto")])
            let after = try await probes[0].report(timeout: .seconds(10))
            #expect(before.bootState(of: "crypto") == .awaitingApplication("crypto"))
            #expect(after.bootState(of: "crypto") == .started)
        }
    }

    @Test("scheduler utilisation is missing at first, then low at rest and high at work", arguments: OTP.allCases)
    func utilisation(otp: OTP) async throws {
        try await withNodes(["one"], otp) { _, probes in
            let connection = probes[0].connection
            #expect(try await probes[0].report(timeout: .seconds(10)).schedulerUtilization == nil)
            _ = try await connection.call("timer", "sleep", [500])
            let rest = try #require(try await probes[0].report(timeout: .seconds(10)).schedulerUtilization)
            let schedulers = try #require(try await connection.call("erlang", "system_info", [.atom("schedulers_online")]).int)
            let spin = "lists:foldl(fun(X, Sum) -> X bxor Sum end, 0, lists:seq(1, 1000000))."
            let tokens = try await connection.call("erl_scan", "string", [.charlist(spin)])
            let parsed = try await connection.call("erl_parse", "parse_exprs", [try #require(tokens.tuple?[1])])
            let call = RemoteCall("erl_eval", "exprs", [try #require(parsed.tuple?[1]), []])
            // each of these keeps a scheduler busy until it is answered
            let work = await connection.calls(Array(repeating: call, count: 2 * schedulers), timeout: .seconds(60))
            #expect(work.allSatisfy { (try? $0.get()) != nil })
            let busy = try #require(try await probes[0].report(timeout: .seconds(10)).schedulerUtilization)
            #expect((0...1).contains(rest) && (0...1).contains(busy))
            #expect(rest < 0.3)
            #expect(busy > rest + 0.3)
        }
    }

    @Test("three nodes become one mesh, and a disconnected one is seen to be missing", arguments: OTP.allCases)
    func disconnected(otp: OTP) async throws {
        try await withNodes(["one", "one", "one"], otp) { nodes, probes in
            let names = nodes.map(\.name).sorted()
            #expect(await mesh(probes).partitions.count == 3)
            try await join(probes)
            #expect(await mesh(probes) == MeshReport(full: true, partitions: [names], blind: []))

            // the first and the second lose each other, but both keep the third
            let second = try #require(Atom(nodes[1].name))
            _ = try await probes[0].connection.call("erlang", "disconnect_node", [.atom(second)])
            try await eventually { await mesh(probes).blind.count == 2 }
            let gap = await mesh(probes)
            #expect(!gap.full && gap.partitions == [names])

            // the second loses the third as well
            let third = try #require(Atom(nodes[2].name))
            _ = try await probes[1].connection.call("erlang", "disconnect_node", [.atom(third)])
            try await eventually { await mesh(probes).blind.count == 4 }
            #expect(await mesh(probes).partitions == [[nodes[0].name, nodes[2].name].sorted(), [nodes[1].name]])
        }
    }

    @Test("nodes with another cookie are a partition of their own", arguments: OTP.allCases)
    func otherCookie(otp: OTP) async throws {
        try await withNodes(["one", "one", "two"], otp) { nodes, probes in
            try await join(probes)
            let mesh = await mesh(probes)
            #expect(!mesh.full)
            #expect(mesh.partitions == [[nodes[0].name, nodes[1].name].sorted(), [nodes[2].name]])
            #expect(mesh.blind.count == 4)
        }
    }

    @Test("a frozen node is silent, and costs no more than the timeout", arguments: OTP.allCases)
    func frozen(otp: OTP) async throws {
        try await withNodes(["one", "one"], otp) { nodes, probes in
            try await join(probes)
            try nodes[1].freeze()
            let results = try await within(.seconds(10)) { await NodeProbe.reports(from: probes, timeout: .milliseconds(500)) }
            #expect(MeshReport(judging: results).partitions == [[nodes[0].name], [nodes[1].name]])
            guard case .failure(let error) = results[1] else { throw Unexpected() }
            #expect(error.code == .callFailed && error.callError?.code == .timedOut && error.node == nodes[1].name)
            nodes[1].thaw()
            #expect(try await probes[1].report(timeout: .seconds(10)).peers == [nodes[0].name])
        }
    }

    private struct Unexpected: Error {}
}
