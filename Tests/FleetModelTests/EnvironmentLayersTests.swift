import FleetModel
import Testing

@Suite("the layers of an environment")
struct EnvironmentLayersTests {
    private static let spec = AppSpec(
        app: "shop", processes: ["web": ProcessSpec(env: ["B": "process", "C": "process"]), "worker": ProcessSpec()],
        env: ["A": "manifest", "B": "manifest", "C": "manifest", "D": "manifest", "E": "manifest", "F": "manifest"],
        environment: EnvironmentSpec(
            name: "staging", env: ["C": "environment", "D": "environment"], processes: ["web": ["D": "environment of web"]]))
    private static let settings = Settings(env: ["E": "set", "F": "set"], secrets: ["F": 3])

    private func resolved(_ spec: AppSpec, _ settings: Settings = Settings(), process: String = "web") throws
        -> ResolvedEnvironment
    {
        try EnvironmentLayers(spec, process: process, settings: settings).resolved { "the \($0)" }
    }

    @Test("later wins: manifest, process, environment, what was set, secrets")
    func order() throws {
        let web = try resolved(Self.spec, Self.settings)
        #expect(
            web.variables == [
                "A": "manifest", "B": "process", "C": "environment", "D": "environment of web", "E": "set", "F": "the F",
            ])
        #expect(web.secrets == ["F"])
        let worker = try resolved(Self.spec, Self.settings, process: "worker")
        #expect(worker.variables["B"] == "manifest" && worker.variables["D"] == "environment")
    }

    @Test("every place that gives a variable is known, the one that wins last")
    func sources() {
        let layers = EnvironmentLayers(Self.spec, process: "web", settings: Self.settings)
        #expect(
            layers.sources["D"]?.map(\.source) == [
                .manifest, .environment("staging"), .environmentProcess("staging", process: "web"),
            ])
        #expect(layers.sources["F"]?.map(\.source) == [.manifest, .setting, .secret])
        #expect(layers.sources["G"] == nil)
    }

    @Test("a reference to a secret is filled in, and what holds it is a secret too")
    func references() throws {
        let spec = AppSpec(app: "shop", env: ["URL": "db://me:${secret:PASS}@host/$${secret:PASS}", "PLAIN": "x"])
        let layers = EnvironmentLayers(spec, process: "web", settings: Settings(secrets: ["PASS": 1]))
        #expect(layers.referredSecrets == ["PASS"])
        let resolved = try layers.resolved { $0 == "PASS" ? "${secret:PASS}&\\1" : nil }
        #expect(resolved.variables["URL"] == "db://me:${secret:PASS}&\\1@host/${secret:PASS}")
        #expect(resolved.secrets == ["URL", "PASS"])
    }

    @Test("a value that another one covers needs no secret")
    func coveredReferences() {
        var spec = AppSpec(
            app: "shop", processes: ["web": ProcessSpec(env: ["A": "plain"]), "worker": ProcessSpec()],
            env: ["A": "${secret:A_TOKEN}", "B": "${secret:B_TOKEN}"])
        #expect(EnvironmentLayers(spec, process: "web", settings: Settings()).referredSecrets == ["B_TOKEN"])
        #expect(EnvironmentLayers(spec, process: "worker", settings: Settings()).referredSecrets == ["A_TOKEN", "B_TOKEN"])
        spec.environment = EnvironmentSpec(name: "staging", env: ["B": "plain"])
        #expect(EnvironmentLayers(spec, process: "web", settings: Settings()).referredSecrets.isEmpty)
        let settings = Settings(env: ["A": "set"])
        #expect(EnvironmentLayers(spec, process: "worker", settings: settings).referredSecrets.isEmpty)
    }

    @Test("what was set beside the manifest means what it says, also when it looks like a reference")
    func settingsAreLiteral() throws {
        let resolved = try resolved(AppSpec(app: "shop"), Settings(env: ["URL": "${secret:NONE} $${secret:X}"]))
        #expect(resolved.variables["URL"] == "${secret:NONE} $${secret:X}" && resolved.secrets.isEmpty)
    }

    @Test("a secret that is not set is told with the variable that wants it")
    func missing() {
        let spec = AppSpec(app: "shop", env: ["URL": "${secret:PASS}"])
        let error = #expect(throws: PlatformError.self) {
            try EnvironmentLayers(spec, process: "web", settings: Settings()).resolved { _ in nil }
        }
        #expect(error?.message == "the secret PASS, which URL is made of, is not set")
    }
}

@Suite("what people must not read")
struct RedactorTests {
    @Test("a secret is taken out wherever it stands, also as Elixir prints it, and the longer of two first")
    func everywhere() {
        let redactor = Redactor(["pa\"ss\\word", "hunter2", "hunter2-long"])
        #expect(redactor.redacted("got hunter2, hunter2-long and pa\"ss\\word") == "got [secret], [secret] and [secret]")
        #expect(redactor.redacted("** (RuntimeError) \"pa\\\"ss\\\\word\"") == "** (RuntimeError) \"[secret]\"")
    }

    @Test("each line of a value of several lines is taken out by itself")
    func lines() {
        #expect(Redactor(["-----BEGIN\nabcdef\n-----END"]).redacted("line abcdef") == "line [secret]")
    }

    @Test("a value of less than four bytes hides nothing, and is left")
    func short() {
        #expect(Redactor(["", "a", "abc"]).redacted("abc a") == "abc a")
    }
}

@Suite("variables that a process can have")
struct VariableRulesTests {
    @Test("names", arguments: ["A", "_", "a1_B", String(repeating: "A", count: 256)])
    func goodNames(name: String) { #expect(VariableRules.problem(withName: name) == nil) }

    @Test("what is no name", arguments: ["", "1A", "A-B", "A B", "A=", "Ä", String(repeating: "A", count: 257)])
    func badNames(name: String) { #expect(VariableRules.problem(withName: name) != nil) }

    @Test("a value has no zero byte and fits into what Linux gives a program; its text is in no problem")
    func values() {
        #expect(VariableRules.problem(withValue: String(repeating: "x", count: 120 << 10)) == nil)
        for value in ["hunter\u{0}2", String(repeating: "hunter2", count: 20_000)] {
            let problem = VariableRules.problem(withValue: value)
            #expect(problem?.isEmpty == false && problem?.contains("hunter") == false)
        }
    }

    @Test("a secret that the VM prints as numbers is found, and the beginning of one where a text was cut")
    func numbersAndCuts() {
        let redactor = Redactor(["hünter", "zeisig\"7"])
        #expect(redactor.redacted("<<104,195,188,110,116,101,114>> x") == "<<[secret]>> x")
        #expect(redactor.redacted("[104, 252, 110, 116, 101, 114, 1]") == "[[secret], 1]")
        #expect(redactor.redacted("1,2,3 and 104,252") == "1,2,3 and 104,252")
        #expect(redactor.redactedWhereCut("why: zeisig") == "why: [secret]")
        #expect(redactor.redactedWhereCut("why: zeisig\\\"") == "why: [secret]")
        #expect(redactor.redactedWhereCut("why: zei") == "why: zei")
        #expect(redactor.redactedWhereCut("zeisig\"7 zeis it") == "[secret] zeis it")
    }
}
