import Testing

@testable import BeamRelease

@Suite("What a release reads, compared with what it is given")
struct LintVariableTests {
    @Test("a variable that each boot needs and nobody gives is an error, one that is perhaps needed a warning")
    func missing() {
        let lint = ConfigLint.sample(reads: [
            .sample("DATABASE_URL", line: 10, .required), .sample("API_KEY", line: 20, isCertain: false, .required),
            .sample("PHX_HOST", line: 30, .defaulted("example.com")), .sample("ECTO_IPV6", line: 31, .optional),
        ])
        let findings = lint.findings()
        #expect(
            findings.states == [
                "API_KEY": .missing, "DATABASE_URL": .missing, "ECTO_IPV6": .optional, "PHX_HOST": .defaulted,
            ])
        #expect(
            findings.told == [
                "error variable-missing runtime.exs:10:5 needs DATABASE_URL, which is not given",
                "warning variable-missing runtime.exs:20:5 may need API_KEY, which is not given",
            ])
        #expect(!findings.isFine)
        #expect(findings.problems.first?.hint == "give DATABASE_URL in env or as a secret")
    }

    @Test("what is given, by whomever, is not missing")
    func given() {
        let findings = ConfigLint.sample(
            given: ["PORT": .platform("20001"), "DATABASE_URL": .secret()],
            reads: [.sample("PORT", .required), .sample("DATABASE_URL", .required), .sample("RELEASE_NAME", .required)]
        ).findings()
        #expect(findings.states == ["DATABASE_URL": .given, "PORT": .given, "RELEASE_NAME": .given])
        #expect(findings.told.isEmpty && findings.isFine)
    }

    @Test("a variable that nothing reads is a warning that names the nearest one; well-known ones, and ones in the code, are not")
    func unread() {
        var lint = ConfigLint.sample(
            given: [
                "DATABSE_URL": .user("x", "manifest env, beamctl.yml:12"), "PHX_SERVER": .user("1"), "ERL_AFLAGS": .user("+S 1"),
                "LC_ALL": .user("C"), "IN_CODE": .user("1"), "SOMETHING_ELSE": .user("1"),
            ], reads: [.sample("DATABASE_URL", line: 10, .required)])
        lint.runtimeReads?.namesInCode["IN_CODE"] = "shop"
        let findings = lint.findings()
        #expect(
            findings.told == [
                "error variable-missing runtime.exs:10:5 needs DATABASE_URL, which is not given; did DATABSE_URL mean this one?",
                "warning variable-unread DATABSE_URL is given (manifest env, beamctl.yml:12), and nothing in the release reads it",
                "warning variable-unread SOMETHING_ELSE is given (beamctl.yml), and nothing in the release reads it",
            ])
        #expect(findings.problems[1].hint == "did you mean DATABASE_URL?")
        #expect(findings.variables.first { $0.name == "DATABASE_URL" }?.suggestion == "DATABSE_URL")
        #expect(findings.states["IN_CODE"] == .given && findings.states["PHX_SERVER"] == .given)
    }

    @Test("where something may read what cannot be seen, only a slip of the pen is called unread")
    func unseen() {
        let given: [String: GivenVariable] = ["POOL_SIZES": .user("1"), "ANYTHING": .user("1")]
        var lint = ConfigLint.sample(given: given, reads: [.sample("POOL_SIZE", .defaulted("10"))])
        lint.runtimeReads?.notes = [.init(kind: .everything, line: 3, what: "System.get_env")]
        #expect(lint.findings().states == ["ANYTHING": .given, "POOL_SIZES": .unread, "POOL_SIZE": .defaulted])
        lint.runtimeReads = nil
        #expect(lint.findings().states == ["ANYTHING": .given, "POOL_SIZES": .given])
    }

    @Test("placeholders are read where something replaces them, with their defaults")
    func placeholders() {
        let files = ReleaseFiles(
            vmArguments: "+P ${PROCESSES:-300000}\n-custom ${FLAG}\n", systemConfig: "[{shop, [{url, \"${URL}\"}]}].\n")
        let findings = ConfigLint.sample(.rebar3, files: files, by: .beamctl).findings()
        #expect(findings.states == ["FLAG": .missing, "PROCESSES": .defaulted, "URL": .missing])
        #expect(
            findings.told == [
                "error variable-missing sys.config:1:17 needs URL, which is not given",
                "error variable-missing vm.args:2:9 needs FLAG, which is not given",
            ])
        #expect(findings.problems[1].hint == "give FLAG in env or as a secret, or write a default: ${FLAG:-value}")
    }

    @Test("placeholders that nothing replaces are one warning for each file, and read nothing")
    func placeholdersStay() {
        let files = ReleaseFiles(
            vmArguments: "\n-custom ${A} ${B}\n", systemConfig: "[{shop, [{url, \"${URL}\"}]}].\n")
        for (tool, by) in [(Release.Tool.mix, ConfigLint.Substitution.none), (.mix, .native), (.distillery, .none)] {
            let findings = ConfigLint.sample(tool, files: files, by: by).findings()
            #expect(findings.variables.isEmpty)
            #expect(
                findings.told == [
                    "warning placeholders-stay sys.config:1 has placeholders (URL), and nothing replaces them",
                    "warning placeholders-stay vm.args:2 has placeholders (A, B), and nothing replaces them",
                ])
            #expect(findings.problems[0].hint == "set release.replace_os_vars: true")
        }
    }

    @Test("system tuples may be read, with their default or without; a provider's own path is none")
    func systemTuples() {
        let text = """
            %% {system, "IN_A_COMMENT"}
            [{shop, [{port, {system, "PORT_OF_SHOP", 4000}},
                     {key, {system, <<"SHOP_KEY">>}},
                     #{url => {system, "SHOP_URL"}}, {size, ${SIZE}}]},
             {elixir, [{config_provider_init, #{path => {system, <<"RELEASE_SYS_CONFIG">>, <<".config">>}}}]}].
            """
        let findings = ConfigLint.sample(.mix, files: ReleaseFiles(systemConfig: text), by: .beamctl).findings()
        #expect(
            findings.states == ["PORT_OF_SHOP": .defaulted, "SHOP_KEY": .missing, "SHOP_URL": .missing, "SIZE": .missing])
        #expect(
            findings.told == [
                "error variable-missing sys.config:4:49 needs SIZE, which is not given",
                "warning variable-missing sys.config:3 may need SHOP_KEY, which is not given",
                "warning variable-missing sys.config:4 may need SHOP_URL, which is not given",
            ])
    }

    @Test("what env.sh exports is there for runtime.exs, but not for placeholders")
    func exported() {
        let files = ReleaseFiles(
            vmArguments: "-custom ${FLAG}\n", environmentScript: "export FLAG=1\nexport KEY=\"$KEY_FILE\"\n")
        let findings = ConfigLint.sample(
            files: files, by: .beamctl, reads: [.sample("KEY", .required), .sample("FLAG", line: 9, .required)]
        ).findings()
        #expect(findings.states == ["FLAG": .missing, "KEY": .given, "KEY_FILE": .missing])
        #expect(
            findings.told == [
                "error variable-missing vm.args:1:9 needs FLAG, which is not given",
                "warning variable-missing env.sh:2:13 may need KEY_FILE, which is not given",
            ])
    }

    @Test("a declared secret without a value is told once, with the place that reads it")
    func secrets() {
        var lint = ConfigLint.sample(reads: [.sample("API_KEY", line: 4, .required)])
        lint.missingSecrets = ["API_KEY", "OTHER"]
        #expect(
            lint.findings().told == [
                "error secret-missing the secret API_KEY is declared and has no value (read at runtime.exs:4:5)",
                "error secret-missing the secret OTHER is declared and has no value",
            ])
        lint.missingSecrets = ["TOKEN"]
        lint.madeOfSecrets = ["TOKEN": "API_KEY"]
        #expect(
            lint.findings().told.first
                == "error secret-missing the secret TOKEN, which API_KEY is made of, has no value")
    }

    @Test("thousands of variables come to an end, and the list of problems has one")
    func many() {
        let reads = (0..<1000).map { RuntimeReads.Read.sample("NEEDED_BY_SHOP_\($0)", line: $0 + 1, .required) }
        let given = Dictionary(uniqueKeysWithValues: (0..<1000).map { ("GIVEN_TO_SHOP_\($0)", GivenVariable.user("1")) })
        let findings = ConfigLint.sample(given: given, reads: reads).findings()
        #expect(findings.variables.count == 2000)
        #expect(findings.problems.count == ConfigFindings.mostProblems)
        #expect(findings.problems.last?.message == "1501 more problems")
    }
}

@Suite("The nearest name")
struct LintNearestTests {
    @Test(
        "differs by a third of its letters at most",
        arguments: [
            ("DATABSE_URL", "DATABASE_URL"), ("database_url", "DATABASE_URL"), ("PHX_HSOT", "PHX_HOST"), ("POTR", "PORT"),
            ("POOLSIZE", "POOL_SIZE"), ("ABC", nil), ("", nil), ("SECRET_KEY", nil), ("PORT", "PORTS"),
        ])
    func nearest(name: String, expected: String?) {
        #expect(NearestName.of(name, among: ["DATABASE_URL", "PHX_HOST", "PORT", "POOL_SIZE", "PORTS"]) == expected)
    }
}
