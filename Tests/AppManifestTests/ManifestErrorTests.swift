import AppManifest
import Testing

@Suite("What is wrong with a manifest")
struct ManifestErrorTests {
    private func problems(_ text: String) -> [String] {
        do throws(ManifestError) {
            _ = try Manifest.read(text)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test(
        "each mistake is told with file, line, column, key and what would be right",
        arguments: [
            ("app: a\nreplicas: two", "beamctl.yml:2:11: replicas: expected an integer, found \"two\""),
            ("app: a\nreplicas: \"3\"", "beamctl.yml:2:11: replicas: expected an integer, found \"3\""),
            ("app: a\nreplicas: 010", "beamctl.yml:2:11: replicas: expected an integer, found \"010\""),
            ("app: a\nreplicas: -1", "beamctl.yml:2:11: replicas: expected 0 to 1000, found -1"),
            (
                "app: a\nreplicas: 99999999999999999999",
                "beamctl.yml:2:11: replicas: expected an integer, found \"99999999999999999999\""
            ),
            ("app: a\nreplicas: [1]", "beamctl.yml:2:11: replicas: expected an integer, found a list"),
            ("app: a\nreplicas:", "beamctl.yml:2:10: replicas: expected an integer, found nothing"),
            (
                "app: a\nprocesses:\n  web:\n    replicas: two",
                "beamctl.yml:4:15: processes.web.replicas: expected an integer, found \"two\""
            ),
            ("app: a\nreplica: 3", "beamctl.yml:2:1: replica: unknown key; did you mean replicas?"),
            ("app: a\nrollout: {maxSurge: 1}", "beamctl.yml:2:11: rollout.maxSurge: unknown key; did you mean max_surge?"),
            ("app: a\nhealth: /up", "beamctl.yml:2:1: health: unknown key; did you mean http.health?"),
            ("app: a\nhttp: {prot: 1}", "beamctl.yml:2:8: http.prot: unknown key; did you mean port?"),
            (
                "app: a\nhttp: {xyzzy: 1}",
                "beamctl.yml:2:8: http.xyzzy: unknown key; known here: port, health, path, max_body, force_https"
            ),
            ("app: a\nhttp: {port: 70000}", "beamctl.yml:2:14: http.port: expected 1 to 65535, found 70000"),
            ("app: a\nhttp: up", "beamctl.yml:2:7: http: expected an integer, found \"up\""),
            ("app: a\nhttp: [1]", "beamctl.yml:2:7: http: expected keys, found a list"),
            ("app: a\nhttp: {health: up}", "beamctl.yml:2:16: http.health: expected a path such as /health, found \"up\""),
            ("app: Hello", "beamctl.yml:1:6: app: \"Hello\" does not begin with a lower-case letter"),
            ("app: a_b", "beamctl.yml:1:6: app: \"a_b\" has characters other than a-z, 0-9 and '-'"),
            ("replicas: 1", "beamctl.yml: app: is missing: give the app a name"),
            ("app:", "beamctl.yml:1:5: app: expected a name, found nothing"),
            ("", "beamctl.yml: the manifest is empty; the least is one line: app: NAME"),
            ("- a", "beamctl.yml:1:1: expected keys, found a list"),
            ("app: a\nbuild: {tool: make}", "beamctl.yml:2:15: build.tool: expected mix, rebar3, distillery, found \"make\""),
            (
                "app: a\nbuild: {tool: rebar}",
                "beamctl.yml:2:15: build.tool: expected mix, rebar3, distillery, found \"rebar\"; did you mean rebar3?"
            ),
            ("app: a\nbuild: {assets: yes}", "beamctl.yml:2:17: build.assets: expected true or false, found \"yes\""),
            (
                "app: a\nbuild: {release: a b}",
                "beamctl.yml:2:18: build.release: \"a b\" has characters other than a-z, A-Z, 0-9, _ and -"
            ),
            (
                "app: a\nshutdown: {grace: 2h}",
                "beamctl.yml:2:19: shutdown.grace: expected seconds such as 45, 45s or 2m, found \"2h\""
            ),
            ("app: a\nshutdown: {grace: 61m}", "beamctl.yml:2:19: shutdown.grace: expected 0 to 3600 seconds, found \"61m\""),
            ("app: a\nrollout: {max_surge: 101%}", "beamctl.yml:2:22: rollout.max_surge: expected 0% to 100%, found \"101%\""),
            (
                "app: a\nrollout: {max_surge: all}",
                "beamctl.yml:2:22: rollout.max_surge: expected a number of replicas or a share such as 25%, found \"all\""
            ),
            (
                "app: a\nrollout: {max_surge: 0}",
                "beamctl.yml:2:11: rollout.max_surge: max_surge and max_unavailable are both 0: then no replica could ever be replaced"
            ),
            (
                "app: a\nreplicas: 1\nprocesses: {web: {}}",
                "beamctl.yml:2:1: replicas: is short for processes.web.replicas, and processes is given: say it there"
            ),
            ("app: a\nprocesses: {}", "beamctl.yml:2:12: processes: is empty; leave it out, or name a process"),
            ("app: a\nprocesses: {Web: {}}", "beamctl.yml:2:13: processes.Web: the name does not begin with a lower-case letter"),
            (
                "app: a\nprocesses:\n  api: {http: {health: /up}}\n  web: {http: 4000}",
                "beamctl.yml:4:9: processes.web.http: the path / is that of api already: give one of them another http.path, or take its http away"
            ),
            ("app: a\nports: {http: 80, web: 80}", "beamctl.yml:2:24: ports.web: 80 is the port of http already"),
            ("app: a\nports: {Http: 80}", "beamctl.yml:2:9: ports.Http: the name does not begin with a lower-case letter"),
            (
                "app: a\nenv: {1A: x}",
                "beamctl.yml:2:7: env.1A: is no name of a variable: letters, digits and _ make one, no digit first"
            ),
            ("app: a\nenv: {A: }", "beamctl.yml:2:10: env.A: expected a value, found nothing; an empty one is \"\""),
            ("app: a\nenv: {A: [1]}", "beamctl.yml:2:10: env.A: expected a text or a number, found a list"),
            ("app: a\nenv: {PORT: 1}", "beamctl.yml:2:7: env.PORT: beamctl gives every replica a PORT of its own; leave it out"),
            ("app: a\nenv: {BEAMCTL_X: 1}", "beamctl.yml:2:7: env.BEAMCTL_X: beamctl sets it itself; leave it out"),
            (
                "app: a\nenv: {RELEASE_NODE: 1}",
                "beamctl.yml:2:7: env.RELEASE_NODE: beamctl sets it to join the node to its cluster; leave it out, or set cluster.discovery to none"
            ),
            (
                "app: a\nprocesses: {web: {env: {ERL_INETRC: x}}}",
                "beamctl.yml:2:25: processes.web.env.ERL_INETRC: beamctl sets it to join the node to its cluster; leave it out, or set cluster.discovery to none"
            ),
            (
                "app: a\nenv: {<<: 1}",
                "beamctl.yml:2:7: env.<<: is no name of a variable: letters, digits and _ make one, no digit first"
            ),
            (
                "app: a\nhost: https://a.example/",
                "beamctl.yml:2:7: host: \"https://a.example/\" is a URL: give the host name alone"
            ),
            ("app: a\nhost: a.example:80", "beamctl.yml:2:7: host: \"a.example:80\" has a port: give the host name alone"),
            ("app: a\nhost: [a.example, A.example]", "beamctl.yml:2:19: host: a.example is named twice"),
            ("app: a\nhost: []", "beamctl.yml:2:7: host: expected 1 to 50 host names"),
            ("app: a\nhost: {a: b}", "beamctl.yml:2:7: host: expected a host name such as www.example.com, found keys"),
            ("app: a\nhost: -a.example", "beamctl.yml:2:7: host: \"-a.example\" is no host name"),
            ("app: a\nhttp: {path: api}", "beamctl.yml:2:14: http.path: expected a path such as /health, found \"api\""),
            ("app: a\nhttp: {max_body: 1}", "beamctl.yml:2:18: http.max_body: expected 1Ki to 16Ti, found \"1\""),
            (
                "app: a\nshutdown: {drain: 2h}",
                "beamctl.yml:2:19: shutdown.drain: expected seconds such as 45, 45s or 2m, found \"2h\""
            ),
            ("app: a\n<<: {replicas: 1}", "beamctl.yml:2:1: <<: merge keys are not taken: write out what is meant"),
            ("app: a\n? [b]\n: c", "beamctl.yml:2:3: a key is a plain word, found a list"),
            ("app: a\nreplicas: 1\nreplicas: 2", "beamctl.yml:3:1: replicas: is given twice; first in line 2"),
            ("app: a\nenv:\n  A: 1\n  B: 2\n  A: 3", "beamctl.yml:5:3: A: is given twice; first in line 3"),
            ("app: a\nhttp:\n\tport: 1", "beamctl.yml:3:1: a tab in the indentation: YAML wants spaces"),
        ])
    func mistakes(text: String, told: String) {
        #expect(problems(text) == [told])
    }

    @Test("all problems are told at once, in the order of the text, and not more than 50")
    func all() {
        let told = problems("app: A\nreplicas: x\nhttp:\n  port: 0\n  prot: 1\nidentity: y\n")
        #expect(
            told.map { String($0.prefix { $0 != " " }) } == [
                "beamctl.yml:1:6:", "beamctl.yml:2:11:", "beamctl.yml:4:9:", "beamctl.yml:5:3:", "beamctl.yml:6:11:",
            ])
        let many = (0..<200).map { "key\($0): 1" }.joined(separator: "\n")
        #expect(problems(many).count == 50)
    }

    @Test("app and process must fit into one DNS label with what comes behind them")
    func longNames() {
        let app = String(repeating: "a", count: 40)
        #expect(problems("app: \(app)\nprocesses: {web: {}}") == [])
        #expect(problems("app: \(app)\nprocesses: {background-jobs: {}}").count == 1)
        #expect(problems("app: \(app)b").count == 1)
    }

    @Test(
        "text that is no YAML is told with its place",
        arguments: [
            ("app: [", 2), ("app: a\n b: c: d", 2), ("app: \"a", 1), ("app: a\n---\napp: b", 2), ("a: *b", 1),
            ("app: a\n@x: 1", 2), ("app: \u{7}", 1),
        ])
    func syntax(text: String, line: Int) throws {
        let error = #expect(throws: ManifestError.self) { try Manifest.read(text) }
        let problem = try #require(error?.problems.first)
        #expect(problem.code == .syntax && error?.problems.count == 1)
        #expect((problem.line ?? 0) <= line && (problem.line ?? 0) > 0, "\(problem)")
    }

    @Test(
        "a key that is near is found, one that is far is not",
        arguments: [("replcias", "replicas"), ("ENV", "env"), ("cluter", "cluster"), ("nonsense", nil)])
    func nearest(written: String, meant: String?) {
        let told = problems("app: a\n\(written): {}").first ?? ""
        #expect(told.contains("did you mean \(meant ?? "")?") == (meant != nil), "\(told)")
    }
}
