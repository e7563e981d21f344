import Testing

@testable import BeamRelease

@Suite("What is wrong with a configuration")
struct LintProblemTests {
    @Test("a word that means no is told where start scripts take it for yes", arguments: ["false", "0", "no", "OFF"])
    func switches(value: String) {
        let findings = ConfigLint.sample(.distillery, given: ["REPLACE_OS_VARS": .user(value)]).findings()
        #expect(findings.problems.map(\.code) == [.switchStaysOn])
        #expect(findings.problems[0].variable == "REPLACE_OS_VARS" && findings.problems[0].severity == .warning)
        #expect(ConfigLint.sample(.distillery, given: ["REPLACE_OS_VARS": .user("true")]).findings().told.isEmpty)
    }

    @Test("a name in the vm.args of a mix release, and a cookie in those of any, which is not repeated")
    func identity() {
        let text = "## -name no@one\n+P 1000\n-name shop@here -setcookie 's3cr3t-cookie'\n"
        let mix = ConfigLint.sample(files: ReleaseFiles(vmArguments: text)).findings()
        #expect(mix.problems.map(\.code) == [.nameInVMArguments, .nameInVMArguments, .cookieInPlainSight])
        #expect(mix.problems.allSatisfy { $0.line == 3 && $0.severity == .warning })
        #expect(!mix.texts.contains { $0.contains("s3cr3t-cookie") })
        let relx = ConfigLint.sample(.rebar3, files: ReleaseFiles(vmArguments: text)).findings()
        #expect(
            relx.told == [
                "warning cookie-in-plain-sight vm.args:3 holds a cookie in plain sight: who reads the release can join its cluster"
            ])
        let source = ReleaseFiles(vmArguments: "-sname shop\n-setcookie\n${COOKIE}\n")
        #expect(
            ConfigLint.sample(.rebar3, files: source, by: .beamctl, given: ["COOKIE": .user("crumbs")]).findings().told.isEmpty)
    }

    @Test("a name that only a value brings into vm.args is told as one that stands there")
    func identityOfValue() {
        let files = ReleaseFiles(vmArguments: "+P 1000\n${FLAGS:-}\n-env NOTE ${NOTE}\n")
        let given = ["FLAGS": GivenVariable.user("-name shop@here +A 4"), "NOTE": .user("no -sname")]
        var lint = ConfigLint.sample(files: files, by: .beamctl, given: given)
        #expect(lint.findings().told.isEmpty)
        lint.isClustered = true
        #expect(
            lint.findings().told == [
                "warning name-in-vm-args vm.args:2 becomes -name with the value of FLAGS, which beamctl gives itself: "
                    + "it leaves it out of its copy"
            ])
        var native = ConfigLint.sample(.rebar3, files: files, by: .native, given: given)
        native.isClustered = true
        #expect(native.findings().problems.filter { $0.code == .nameInVMArguments }.map(\.severity) == [.error])
    }

    @Test(
        "what is to be a port is a number from 0 to 65535",
        arguments: [
            ("4000", true), ("0", true), ("65535", true), ("65536", false), ("http", false), ("-1", false), (" 4000", false),
            ("99999999999999999999", false), ("+80", false),
        ])
    func ports(value: String, isPort: Bool) {
        for name in ["PORT", "METRICS_PORT"] {
            let findings = ConfigLint.sample(given: [name: .user(value)], reads: [.sample(name, line: 3, .required)]).findings()
            #expect(findings.problems.map(\.code) == (isPort ? [] : [.notAPort]))
            if !isPort {
                #expect(
                    findings.told == [
                        "error not-a-port the value of \(name) (beamctl.yml) is no port, but runtime.exs:3:5 reads it"
                    ])
            }
        }
        #expect(ConfigLint.sample(given: ["PORTAL": .user(value)], reads: [.sample("PORTAL", .required)]).findings().told.isEmpty)
        let text = "[{shop, [{port, ${PORT:-\(value)}}]}].\n"
        let config = ConfigLint.sample(.rebar3, files: ReleaseFiles(systemConfig: text), by: .beamctl).findings()
        #expect(config.problems.map(\.code) == (isPort ? [] : [.notAPort]))
    }

    @Test("a literal port that is none is told with its line")
    func literalPort() {
        let text = "[{shop, [{port, 4000},\n  {metrics_port, 70000}]}].\n"
        #expect(
            ConfigLint.sample(.rebar3, files: ReleaseFiles(systemConfig: text)).findings().told == [
                "warning not-a-port sys.config:2 sets metrics_port to a number that is no port"
            ])
    }

    @Test("an empty value is told where something needs one")
    func empty() {
        let findings = ConfigLint.sample(
            given: ["KEY": .user(""), "HOST": .user("")],
            reads: [.sample("KEY", line: 3, .required), .sample("HOST", .defaulted("x"))]
        ).findings()
        #expect(
            findings.told == [
                "warning variable-empty KEY is given (beamctl.yml), and empty: the release boots with an empty KEY (runtime.exs:3:5)"
            ])
    }

    @Test("what runtime.exs turns into an integer must be one; where it may not come by, that is a warning")
    func integers() {
        let reads: [RuntimeReads.Read] = [
            .sample("POOL", line: 3, .defaulted("10"), isInteger: true),
            .sample("SIZE", isCertain: false, .required, isInteger: true),
            .sample("COUNT", .required, isInteger: true), .sample("KEY", .required, isInteger: true), .sample("NAME", .required),
        ]
        let findings = ConfigLint.sample(
            given: [
                "POOL": .user("abc"), "SIZE": .user("1.5"), "COUNT": .user("-12"), "KEY": .secret(), "NAME": .user("abc"),
            ], reads: reads
        ).findings()
        #expect(
            findings.told == [
                "error not-an-integer the value of POOL (beamctl.yml) is no integer, but runtime.exs:3:5 makes one of it",
                "warning not-an-integer the value of SIZE (beamctl.yml) is no integer, but runtime.exs:1:5 makes one of it",
            ])
        for value in ["", "-", "1 ", "1_000", "0x1"] { #expect(!LintNames.isInteger(value)) }
        for value in ["0", "+7", "-7", "12345678901234567890"] { #expect(LintNames.isInteger(value)) }
    }

    @Test("a secret in vm.args is an error, where something puts it there")
    func secretArguments() {
        var lint = ConfigLint.sample(
            files: ReleaseFiles(vmArguments: "-env PASS ${PASS}\n"), by: .beamctl, given: ["PASS": .secret()])
        #expect(lint.findings().problems.map(\.code) == [.secretInArguments] && !lint.findings().isFine)
        lint.given = ["PASS": .user("x")]
        #expect(lint.findings().problems.isEmpty)
    }

    @Test("a value that Linux starts nothing with is an error; one byte less is none")
    func length() {
        let longest = (128 << 10) - "KEY=".utf8.count - 1
        for (count, isTold) in [(longest, false), (longest + 1, true)] {
            let value = String(repeating: "x", count: count)
            let findings = ConfigLint.sample(given: ["KEY": .user(value)], reads: [.sample("KEY", .required)]).findings()
            #expect(findings.problems.map(\.code) == (isTold ? [.valueTooLong] : []))
        }
    }

    @Test("what env.sh exports over what is given is told, with who wins")
    func script() {
        let text = """
            # export RELEASE_COOKIE=x
            export RELEASE_DISTRIBUTION=name
            export ERL_AFLAGS="-proto_dist inet6_tcp"
            export ECTO_IPV6="true"
            MINE=1; export MINE
            export ERL_ZFLAGS="+S 1"
            LOCAL=1
            export RELEASE_NODE=
            """
        let given: [String: GivenVariable] = [
            "MINE": .user("2", "manifest env, beamctl.yml:3"), "LOCAL": .user("2"), "LANG": .platform("C.UTF-8"),
        ]
        let ours = ConfigLint.sample(files: ReleaseFiles(environmentScript: text), given: given, reads: nil).findings()
        #expect(
            ours.told == [
                "warning env-sh-override env.sh:2 exports RELEASE_DISTRIBUTION: what is given wins over it",
                "warning env-sh-override env.sh:3 exports ERL_AFLAGS with -proto_dist: beamctl takes that out, since its addresses are IPv4",
                "warning env-sh-override env.sh:5 exports MINE: what is given (manifest env, beamctl.yml:3) wins over it",
                "warning env-sh-override env.sh:8 exports RELEASE_NODE: what is given wins over it",
            ])
        let theirs = ConfigLint.sample(
            files: ReleaseFiles(environmentScript: text), script: .theirs, given: given, reads: nil
        ).findings()
        #expect(
            theirs.told == [
                "warning env-sh-override env.sh:2 exports RELEASE_DISTRIBUTION: it wins over what is given",
                "warning env-sh-override env.sh:3 exports ERL_AFLAGS with -proto_dist: it wins over what is given",
                "warning env-sh-override env.sh:5 exports MINE: it wins over what is given (manifest env, beamctl.yml:3)",
                "warning env-sh-override env.sh:6 exports ERL_ZFLAGS: it wins over what is given",
                "warning env-sh-override env.sh:8 exports RELEASE_NODE: it wins over what is given",
            ])
    }

    @Test("with env_sh: theirs a name that is the same for every replica cannot work")
    func fixedName() {
        func told(_ text: String, _ script: ConfigLint.EnvironmentScript, isClustered: Bool = true) -> [String] {
            var lint = ConfigLint.sample(files: ReleaseFiles(environmentScript: text), script: script, given: [:], reads: nil)
            lint.isClustered = isClustered
            return lint.findings().told.filter { $0.contains("RELEASE_NODE") }
        }
        let fixed = "export RELEASE_NODE=shop@10.0.0.1\n"
        #expect(
            told(fixed, .theirs) == [
                "error env-sh-override env.sh:1 exports RELEASE_NODE: it wins over what is given, "
                    + "and a node by a name of its own is not found by beamctl and its peers, and never ready"
            ])
        let warnings = [
            told(fixed, .ours), told("export RELEASE_NODE=\"shop@${FLY_PRIVATE_IP}\"\n", .theirs),
            told(fixed, .theirs, isClustered: false),
        ]
        #expect(warnings.allSatisfy { $0.count == 1 && $0.allSatisfy { $0.hasPrefix("warning") } }, "\(warnings)")
    }

    @Test("a sys.config or a runtime.exs that cannot be parsed is an error with its place")
    func syntax() {
        var lint = ConfigLint.sample(files: ReleaseFiles(systemConfig: "[{shop,\n [{port, }]}].\n", runtimeConfig: "x"))
        lint.runtimeReads?.syntaxError = .init(line: 2, column: 7, message: "unexpected token: )\n  more")
        #expect(
            lint.findings().told == [
                "error config-syntax runtime.exs:2:7: unexpected token: ) more",
                "error config-syntax sys.config:2:10: unexpected '}'",
            ])
    }

    @Test("no text holds a value of a variable", arguments: Release.Tool.allCases)
    func noValues(tool: Release.Tool) {
        let value = "s3cr3t-value\"\\\\${A}${B}&\n"
        let names = ["A", "B", "PORT", "DB_PORT", "REPLACE_OS_VARS", "RELEASE_NODE", "KEY", "KEYS", "UNREAD"]
        let given = Dictionary(uniqueKeysWithValues: names.map { ($0, GivenVariable.user(value)) })
        let files = ReleaseFiles(
            vmArguments: "-name x\n-setcookie s3cr3t-value\n-a ${A} ${B}\n", remoteVMArguments: "-setcookie s3cr3t-value\n",
            environmentScript: "export RELEASE_NODE=x\nexport KEY=y\n",
            systemConfig: "[{shop, [{port, ${PORT:-x}}, {a, \"${A}${DB_PORT}\"}, {b, \"${C.*}\"}]}].\n")
        for by in [ConfigLint.Substitution.none, .beamctl, .native] {
            for script in [ConfigLint.EnvironmentScript.ours, .theirs] {
                var lint = ConfigLint.sample(
                    tool, files: files, by: by, script: script, given: given, reads: [.sample("KEYZ", .required)])
                lint.given["LONG"] = .user(String(repeating: "s3cr3t-value", count: 12000))
                lint.given["EMPTY"] = .user("")
                let findings = lint.findings()
                #expect(findings.problems.count > 5)
                #expect(!"\(findings)".contains("s3cr3t-value"))
                #expect(findings.problems.allSatisfy { !$0.message.contains("\n") && $0.message.first?.isUppercase != nil })
            }
        }
    }
}
