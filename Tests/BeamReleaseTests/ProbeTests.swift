import BeamRelease
import ErlangPeers
import Foundation
import Synchronization
import Testing

/// Real nodes that answer probes as in a pod; one after another, since each has a port of the whole machine.
@Suite("Probes answered from inside the node", .serialized)
struct ProbeTests {
    /// A port that other tests, and other runs of them, do not use.
    private static let used = Atomic<Int>(0)

    /// What a node is told, and where its files lie.
    private struct Place {
        let scratch: Scratch
        let port: Int
        let name = ErlangNode.freeName()
        var variables: [String: String]

        init(_ more: [String: String] = [:]) throws {
            scratch = try Scratch()
            port = 32_000 + (Int(getpid()) * 40 + ProbeTests.used.wrappingAdd(1, ordering: .relaxed).newValue) % 28_000
            try scratch.file("agent", PeerAgent.text)
            variables = [
                "BEAMCTL_PROBE_PORT": "\(port)", "BEAMCTL_DIR": scratch.path, "RELEASE_COMMAND": "start",
                "BEAMCTL_DISCOVERY": "app",
                "BEAMCTL_PEERS": "nodes.test",
            ].merging(more) { _, given in given }
        }

        var address: String { String(name.split(separator: "@").last ?? "") }

        /// Flags of `erl`: the variables, and the agent as vm.args has it.
        var flags: [String] {
            variables.sorted { $0.key < $1.key }.flatMap { ["-env", $0.key, $0.value] }
                + ["-eval", "file:eval(\"\(scratch.path)/agent\")."]
        }

        /// The same for a node that does not see the test's folder: it has the text from its environment.
        var flagsWithText: [String] {
            let text = """
                {ok, T, _} = erl_scan:string(os:getenv("AGENT_TEXT")), {ok, E} = erl_parse:parse_exprs(T), \
                erl_eval:exprs(E, []).
                """
            return ["-env", "AGENT_TEXT", PeerAgent.text] + flags.dropLast(2) + ["-eval", text]
        }

        /// The status and the words of an answer; 0 when there is none.
        func ask(_ path: String, _ more: [String] = []) throws -> (status: Int, text: String) {
            let answer = try Shell.run(
                "/usr/bin/curl",
                ["-s", "--max-time", "20", "-w", "\n%{http_code}"] + more + ["http://127.0.0.1:\(port)\(path)"])
            let lines = answer.output.split(separator: "\n", omittingEmptySubsequences: false)
            return (lines.last.flatMap { Int($0) } ?? 0, lines.dropLast().joined(separator: "\n"))
        }

        func becomes(_ status: Int, _ path: String) throws -> Bool {
            try Shell.eventually(within: 20) { try ask(path).status == status }
        }
    }

    /// Answers every request on PORT with what is in the file `answer`, and keeps the request in `question`.
    private static func app(_ place: Place, at address: String) -> [String] {
        let text = """
            spawn(fun() -> {ok, L} = gen_tcp:listen(\(place.port + 1), [binary, {active, false}, {reuseaddr, true}, \
            {ip, {\(address.replacing(".", with: ","))}}]), F = fun F() -> {ok, S} = gen_tcp:accept(L), \
            {ok, Q} = gen_tcp:recv(S, 0), ok = file:write_file("\(place.scratch.path)/question", Q), \
            {ok, A} = file:read_file("\(place.scratch.path)/answer"), gen_tcp:send(S, A), gen_tcp:close(S), F() end, F() end).
            """
        return ["-eval", text]
    }

    @Test(
        "a node that has booted is started, ready and live; what is not asked for is 404, and GET alone is answered",
        arguments: OTP.allCases)
    func booted(otp: OTP) async throws {
        let place = try Place(["BEAMCTL_APPLICATION": "kernel"])
        try await ErlangNode.with(otp, name: place.name, flags: otp == .host ? place.flags : place.flagsWithText) {
            (_: ErlangNode) throws in
            for path in ["/startupz", "/readyz", "/livez", "/livez?verbose=1"] {
                #expect(try place.becomes(200, path), "\(path)")
            }
            #expect(try place.ask("/livez").text == "ok\n")
            #expect(try place.ask("/").status == 404)
            #expect(try place.ask("/readyz", ["-X", "POST"]).status == 400)
            #expect(try place.ask("/livez", ["-H", "X: " + String(repeating: "x", count: 8000)]).status == 0)
            #expect(try place.ask("/livez").status == 200)
        }
    }

    @Test("a node whose application does not run is live alone")
    func withoutApplication() async throws {
        let place = try Place(["BEAMCTL_APPLICATION": "shop"])
        try await ErlangNode.with(name: place.name, flags: place.flags) { (_: ErlangNode) throws in
            #expect(try place.becomes(200, "/livez"))
            #expect(try place.ask("/startupz") == (503, "not started\n"))
            #expect(try place.ask("/readyz") == (503, "not started\n"))
        }
    }

    @Test("a node without distribution answers, too, and so does one that finds its peers itself; the agent connects neither")
    func withoutPeers() async throws {
        let place = try Place(["BEAMCTL_DISCOVERY": "none"])
        let program = try Daemon(
            "/usr/bin/env", ["erl", "-noshell"] + place.flags,
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": place.scratch.path], directory: place.scratch.path,
            input: "/dev/null", output: place.scratch.path + "/output", errors: place.scratch.path + "/errors")
        defer { program.kill() }
        #expect(try place.becomes(200, "/readyz"))

        let own = try Place()
        let told = own.scratch.path + "/told"
        let check = ["-eval", "file:write_file(\"\(told)\", io_lib:format(\"~p\", [whereis(beamctl_peer_agent)]))."]
        try await ErlangNode.with(name: own.name, flags: own.flags + check) { (_: ErlangNode) throws in
            #expect(try own.becomes(200, "/readyz"))
            #expect(try String(contentsOfFile: told, encoding: .utf8) == "undefined")
        }
    }

    @Test("ready means that the app answers where others reach it, as if asked over HTTPS; a drained node is not ready")
    func health() async throws {
        var place = try Place(["BEAMCTL_HEALTH_PATH": "/up?deep=1", "BEAMCTL_HEALTH_HOST": "shop.example.com"])
        place.variables["PORT"] = "\(place.port + 1)"
        place.variables["POD_IP"] = "\(place.address),fd00::1"
        try place.scratch.file("answer", "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")
        try await ErlangNode.with(name: place.name, flags: place.flags + Self.app(place, at: place.address)) {
            [place] (_: ErlangNode) throws in
            #expect(try place.becomes(200, "/startupz"))
            #expect(try Shell.eventually(within: 20) { try place.ask("/readyz").text == "GET /up?deep=1 answers 500\n" })
            let question = try String(contentsOfFile: place.scratch.path + "/question", encoding: .utf8)
            #expect(question.hasPrefix("GET /up?deep=1 HTTP/1.1\r\nHost: shop.example.com\r\nX-Forwarded-Proto: https\r\n"))
            for (answer, status) in [
                ("200 OK", 200), ("204 None\r\nX: y", 200), ("302 Found\r\nLocation: /login", 200),
                ("301 Moved\r\nA: b\r\nlocation: https://shop.example.com/up", 503),
                ("302 Found\r\nLocation: https://login.example.com/", 200), ("404 Not", 503),
            ] {
                try place.scratch.file("answer", "HTTP/1.1 \(answer)\r\nContent-Length: 0\r\n\r\n")
                #expect(try place.ask("/readyz").status == status, "\(answer)")
            }
            try place.scratch.file("answer", "what?\r\n")
            #expect(try place.ask("/readyz") == (503, "GET /up?deep=1: no HTTP answer\n"))
            try place.scratch.file("answer", "HTTP/1.1 200 OK\r\n\r\n")
            #expect(try place.ask("/readyz").status == 200)
            try place.scratch.file("draining", "")
            #expect(try place.ask("/readyz") == (503, "draining\n"))
            #expect(try place.ask("/livez").status == 200)
        }
    }

    @Test("an app that listens on the loopback alone is not ready for others")
    func loopback() async throws {
        var place = try Place(["BEAMCTL_HEALTH_PATH": "/"])
        place.variables["PORT"] = "\(place.port + 1)"
        place.variables["POD_IP"] = place.address
        try place.scratch.file("answer", "HTTP/1.1 200 OK\r\n\r\n")
        try await ErlangNode.with(name: place.name, flags: place.flags + Self.app(place, at: "127.0.0.1")) {
            [place] (_: ErlangNode) throws in
            #expect(try place.becomes(200, "/startupz"))
            #expect(try place.ask("/readyz").text == "nothing listens on PORT, where others reach it: econnrefused\n")
        }
    }

    @Test("clients that say nothing hold nobody up for long, and a port that is taken ends no node")
    func hostile() async throws {
        let place = try Place()
        try await ErlangNode.with(name: place.name, flags: place.flags) { (_: ErlangNode) throws in
            #expect(try place.becomes(200, "/livez"))
            let silent = try Shell.run(
                "/bin/bash",
                [
                    "-c",
                    "for i in 3 4 5 6 7 8 9; do eval \"exec $i<>/dev/tcp/127.0.0.1/\(place.port)\"; done; curl -s http://127.0.0.1:\(place.port)/livez",
                ])
            #expect(silent.output == "ok\n", "\(silent.errors)")

            var second = try Place()
            second.variables["BEAMCTL_PROBE_PORT"] = "\(place.port)"
            let told = second.scratch.path + "/told"
            let stays = [
                "-eval",
                "(fun W() -> case whereis(beamctl_probes) of undefined -> timer:sleep(5), W(); "
                    + "P -> file:write_file(\"\(told)\", atom_to_list(is_process_alive(P))) end end)().",
            ]
            try await ErlangNode.with(name: second.name, flags: second.flags + stays) { (_: ErlangNode) throws in
                #expect(try String(contentsOfFile: told, encoding: .utf8) == "true")
            }
        }
    }
}
