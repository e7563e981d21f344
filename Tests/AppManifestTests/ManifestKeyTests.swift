import AppManifest
import FleetModel
import Testing

@Suite("Secrets, commands, resources and configuration in a manifest")
struct ManifestKeyTests {
    private func problems(_ text: String) -> [String] {
        do throws(ManifestError) {
            _ = try Manifest.read(text)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test("replicas are processes, unless the manifest or its environment says docker; nothing else is a runtime")
    func runtime() throws {
        #expect(try Manifest.read("app: a").runtime == .process)
        #expect(try Manifest.read("app: a\nruntime: docker").runtime == .docker)
        let both = "app: a\nruntime: docker\nenvironments: {test: {runtime: process}}"
        #expect(try Manifest.read(both, environment: "test").runtime == .process)
        #expect(problems("app: a\nruntime: podman").first?.contains("process") == true)
    }

    @Test("what is left out has its default, and what is given is read")
    func settings() throws {
        let plain = try Manifest.read("app: a\nrelease:\nconfig: {}\nsecrets: []\n")
        #expect(plain == AppSpec(app: "a"))
        #expect(plain.release.replacesVariables == nil && plain.release.environmentScript == .ours)
        #expect(plain.config == ConfigSpec(renderer: .beamctl, preflight: true) && plain.cluster.nodeName == .ip)
        let given = try Manifest.read(
            """
            app: a
            release: {replace_os_vars: true, env_sh: theirs}
            config: {render: native, preflight: false}
            cluster: {node_name: hostname}
            secrets: [SECRET_KEY_BASE, DATABASE_URL]
            """)
        #expect(given.release == ReleaseSpec(replacesVariables: true, environmentScript: .theirs))
        #expect(given.config == ConfigSpec(renderer: .native, preflight: false))
        #expect(given.cluster == ClusterSpec(nodeName: .hostname) && given.secrets == ["SECRET_KEY_BASE", "DATABASE_URL"])
    }

    @Test(
        "a command is a text that is split into words, or a list of words",
        arguments: [
            ("bin/server", ["bin/server"]), ("./bin/server --port 1", ["./bin/server", "--port", "1"]),
            ("start_iex", ["start_iex"]), ("foreground", ["foreground"]), ("console", ["console"]), ("start", ["start"]),
            ("[bin/server, 'a b', '']", ["bin/server", "a b", ""]), ("'bin/server \"a b\" c\\ d'", ["bin/server", "a b", "c d"]),
            ("[\"bin/server\", \"it's\"]", ["bin/server", "it's"]), ("bin/my..app", ["bin/my..app"]),
            ("|\n  bin/server\n  --x\n", ["bin/server", "--x"]),
        ])
    func commands(text: String, words: [String]) throws {
        #expect(try Manifest.read("app: a\ncommand: \(text)").processes["web"]?.command == words)
        let process = try Manifest.read("app: a\nprocesses: {w: {command: [bin/x]}}").processes["w"]
        #expect(process?.command == ["bin/x"])
    }

    @Test(
        "resources are Kubernetes' quantities",
        arguments: [
            ("{cpu: 0.5}", 500, nil), ("{cpu: 2}", 2000, nil), ("{cpu: 500m}", 500, nil), ("{cpu: 10m}", 10, nil),
            ("{cpu: 1024}", 1_024_000, nil), ("{cpu: '1.250'}", 1250, nil), ("{cpu: 0.010}", 10, nil),
            ("{memory: 512Mi}", nil, 512 << 20), ("{memory: 1Gi}", nil, 1 << 30), ("{memory: 500M}", nil, 500_000_000),
            ("{memory: 33554432}", nil, 32 << 20), ("{memory: 16Ti}", nil, 16 << 40), ("{memory: 1.5Gi}", nil, 3 << 29),
            ("{memory: 100000k}", nil, 100_000_000), ("{memory: 40000Ki}", nil, 40_960_000), ("{memory: 0.1G}", nil, 100_000_000),
            ("{cpu: 1, memory: 1T}", 1000, 1_000_000_000_000), ("{memory: 33554431.1}", nil, 32 << 20),
        ] as [(String, Int?, Int?)])
    func resources(text: String, cpu: Int?, memory: Int?) throws {
        let spec = try Manifest.read("app: a\nresources: \(text)")
        #expect(spec.processes["web"]?.resources == ResourceSpec(cpuMillis: cpu, memoryBytes: memory))
    }

    @Test(
        "each mistake is told with its place and its reason",
        arguments: [
            ("secrets: KEY", "2:10: secrets: expected a list of names such as [SECRET_KEY_BASE], found \"KEY\""),
            ("secrets: {A: 1}", "2:10: secrets: expected a list of names such as [SECRET_KEY_BASE], found keys"),
            ("secrets: [A, [B]]", "2:14: secrets: expected the name of a variable, found a list"),
            ("secrets: [A, ]\n# x\nenv: {A: }", "4:10: env.A: expected a value, found nothing; an empty one is \"\""),
            ("secrets: [A, B, A]", "2:17: secrets: A is named twice; first in line 2"),
            (
                "secrets: [a-b]",
                "2:11: secrets: \"a-b\" is no name of a variable: letters, digits and _ make one, no digit first"
            ),
            ("secrets: [PORT]", "2:11: secrets.PORT: beamctl gives every replica a PORT of its own; leave it out"),
            ("secrets: [RELX_CONFIG_PATH]", "2:11: secrets.RELX_CONFIG_PATH: beamctl sets it itself; leave it out"),
            ("env: {SYS_CONFIG_PATH: x}", "2:7: env.SYS_CONFIG_PATH: beamctl sets it itself; leave it out"),
            (
                "secrets: [RELEASE_COOKIE]",
                "2:11: secrets.RELEASE_COOKIE: beamctl sets it to join the node to its cluster; leave it out, or set cluster.discovery to none"
            ),
            ("release: {env_sh: mine}", "2:19: release.env_sh: expected ours, theirs, found \"mine\""),
            ("release: {replace_os_vars: 1}", "2:28: release.replace_os_vars: expected true or false, found \"1\""),
            ("env_sh: ours", "2:1: env_sh: unknown key; did you mean release.env_sh?"),
            (
                "config: {render: beamct}",
                "2:18: config.render: expected beamctl, native, found \"beamct\"; did you mean beamctl?"
            ),
            ("cluster: {node_name: dns}", "2:22: cluster.node_name: expected ip, hostname, found \"dns\""),
            ("resources: {}", "2:12: resources: is empty; leave it out, or give at least one of cpu, memory"),
            ("resources:", "2:11: resources: is empty; leave it out, or give at least one of cpu, memory"),
            ("resources: 1Gi", "2:12: resources: expected keys, found \"1Gi\""),
            ("resources: {cpu: 1.5.2}", "2:18: resources.cpu: expected cores such as 0.5, 2 or 500m, found \"1.5.2\""),
            ("resources: {cpu: 0.0105}", "2:18: resources.cpu: expected cores such as 0.5, 2 or 500m, found \"0.0105\""),
            ("resources: {cpu: 9m}", "2:18: resources.cpu: expected 10m to 1024 cores, found \"9m\""),
            ("resources: {cpu: 1025}", "2:18: resources.cpu: expected 10m to 1024 cores, found \"1025\""),
            (
                "resources: {cpu: 999999999999999999}",
                "2:18: resources.cpu: expected 10m to 1024 cores, found \"999999999999999999\""
            ),
            ("resources: {cpu: -1}", "2:18: resources.cpu: expected cores such as 0.5, 2 or 500m, found \"-1\""),
            (
                "resources: {memory: 512m}",
                "2:21: resources.memory: expected bytes such as 512Mi, 1Gi or 500M, found \"512m\"; did you mean 512Mi?"
            ),
            (
                "resources: {memory: 1GB}",
                "2:21: resources.memory: expected bytes such as 512Mi, 1Gi or 500M, found \"1GB\"; did you mean 1G?"
            ),
            ("resources: {memory: x1}", "2:21: resources.memory: expected bytes such as 512Mi, 1Gi or 500M, found \"x1\""),
            ("resources: {memory: 31Mi}", "2:21: resources.memory: expected 32Mi to 16Ti, found \"31Mi\""),
            ("resources: {memory: 17Ti}", "2:21: resources.memory: expected 32Mi to 16Ti, found \"17Ti\""),
            (
                "resources: {memory: 999999999999999999Ti}",
                "2:21: resources.memory: expected 32Mi to 16Ti, found \"999999999999999999Ti\""
            ),
            ("command: ''", "2:10: command: is empty; leave it out, or give a command such as bin/server"),
            ("command: []", "2:10: command: is empty; leave it out, or give a command such as bin/server"),
            (
                "command:",
                "2:9: command: expected a command such as bin/server, or a list of words, found nothing"
            ),
            ("command: {a: b}", "2:10: command: expected a command such as bin/server, or a list of words, found keys"),
            ("command: [bin/x, [y]]", "2:18: command: expected a word, found a list"),
            ("command: [bin/x, ~]", "2:18: command: expected a word, found nothing"),
            ("command: \"bin/x 'a\"", "2:10: command: has a ' that is never closed"),
            ("command: bin/x \\", "2:10: command: ends with a backslash"),
            (
                "command: bin/migrate && bin/server",
                "2:10: command: has & outside quotes, but no shell runs it; put what needs one into a script of the release"
            ),
            (
                "command: daemon",
                "2:10: command: daemon goes to the background, and a replica is the process that beamctl starts; "
                    + "start, start_iex, foreground, console, or a path inside the release such as bin/server"
            ),
            (
                "command: server",
                "2:10: command: expected start, start_iex, foreground, console, or a path inside the release such as bin/server"
            ),
            ("command: /bin/sh", "2:10: command: the path begins with /, but is one inside the release, such as bin/server"),
            ("command: bin/../../sh", "2:10: command: the path has .. in it, and may not lead out of the release"),
            ("command: bin/", "2:10: command: the path ends with /, and a folder cannot be run"),
            ("command: ['', x]", "2:11: command: begins with an empty word"),
            (
                "command: [bin/x, \"a\\0\"]",
                "2:10: command: has a word with a zero byte, or of more than 120 KiB, which Linux takes for no program"
            ),
            (
                "processes: {web: {}}\ncommand: start",
                "3:1: command: is short for processes.web.command, and processes is given: say it there"
            ),
            ("env: {true: 1, 'true': 2}", "2:16: env.true: is given twice"),
        ])
    func mistakes(line: String, told: String) {
        #expect(problems("app: a\n" + line) == ["beamctl.yml:" + told])
    }

    @Test("a command has at most 64 words")
    func longCommand() {
        let words = Array(repeating: "x", count: 63)
        #expect(problems("app: a\ncommand: bin/x \(words.joined(separator: " "))") == [])
        #expect(problems("app: a\ncommand: bin/x y \(words.joined(separator: " "))").count == 1)
        #expect(problems("app: a\ncommand: [bin/x, y, \(words.joined(separator: ", "))]").count == 1)
    }

    @Test("names and values of variables are checked without telling a value")
    func variables() {
        #expect(VariableRules.problem(withName: "_A1") == nil)
        #expect(VariableRules.problem(withName: String(repeating: "A", count: 257)) != nil)
        let secret = String(repeating: "hunter2", count: 20_000)
        let told = VariableRules.problem(withValue: secret)
        #expect(told?.contains("hunter2") == false)
        #expect(problems("app: a\nenv: {A: \(secret)}").first?.contains("hunter2") == false)
        #expect(ReservedVariables.problem(with: "RELEASE_NODE", discovery: .none) == nil)
        #expect(ReservedVariables.problem(with: "RELEASE_SYS_CONFIG", discovery: .none) != nil)
    }
}
