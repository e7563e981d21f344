import AppManifest
import FleetModel
import Testing

@Suite("Variables in a manifest")
struct ManifestVariableTests {
    private let variables = [
        "N": "3", "NAME": "shop", "EMPTY": "", "SPACE": "a b", "TRICK": "${secret:X}${env:N}", "DOLLAR": "$",
    ]

    private func problems(_ text: String) -> [String] {
        do throws(ManifestError) {
            _ = try Manifest.read(text, variables: variables)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test("a variable may stand in every value, and is held to what the key takes")
    func everywhere() throws {
        let spec = try Manifest.read(
            """
            app: ${env:NAME}-x
            build: {tool: "${env:TOOL:-mix}", release: "${env:NAME}_web", assets: "${env:ASSETS:-true}"}
            release: {replace_os_vars: "${env:R:-false}", env_sh: "${env:E:-theirs}"}
            secrets: ["${env:S:-KEY}"]
            processes:
              web:
                replicas: ${env:N}
                http: ${env:P:-8080}
                ports: {metrics: "956${env:N}"}
                resources: {cpu: "${env:C:-500}m", memory: "${env:N}Gi"}
                command: [bin/server, "${env:SPACE}"]
            env: {GREETING: "hi ${env:NAME}"}
            shutdown: {grace: "${env:N}0s"}
            rollout: {max_surge: "${env:N}%"}
            """, variables: variables)
        let web = ProcessSpec(
            replicas: 3, http: HTTPSpec(port: 8080), ports: ["metrics": 9563], command: ["bin/server", "a b"],
            resources: ResourceSpec(cpuMillis: 500, memoryBytes: 3 << 30))
        #expect(
            spec
                == AppSpec(
                    app: "shop-x", build: BuildSpec(tool: .mix, release: "shop_web", assets: true), processes: ["web": web],
                    env: ["GREETING": "hi shop"], shutdown: ShutdownSpec(graceSeconds: 30),
                    rollout: RolloutSpec(maxSurge: .percent(3)), secrets: ["KEY"],
                    release: ReleaseSpec(replacesVariables: false, environmentScript: .theirs)))
    }

    @Test(
        "values of env are kept as the platform reads them",
        arguments: [
            ("${env:NAME}", "shop"), ("${env:EMPTY}", ""), ("${env:EMPTY:-d}", "d"), ("${env:NONE:-}", ""),
            ("${env:NONE:-a:-b}", "a:-b"), ("${env:NAME:-d}", "shop"), ("${secret:KEY}", "${secret:KEY}"),
            ("db://${env:NAME}:${secret:KEY}@x", "db://shop:${secret:KEY}@x"), ("$${secret:KEY}", "$${secret:KEY}"),
            ("$${env:NAME}", "$${env:NAME}"), ("${HOME} $X $$ ${", "${HOME} $X $$ ${"), ("$${HOME}", "$${HOME}"),
            ("${env:TRICK}", "$${secret:X}$${env:N}"), ("$ ${env:DOLLAR}{secret:X}", "$ $${secret:X}"),
        ])
    func values(text: String, kept: String) throws {
        let spec = try Manifest.read("app: a\nenv: {A: '\(text)'}", variables: variables)
        #expect(spec.env == ["A": kept])
    }

    @Test("what a variable holds reaches the app unchanged, whatever it looks like")
    func neverScannedAgain() throws {
        let parts = ["$", "{", "}", "${", "secret:", "env:", "N", "${env:N}", "${secret:N}", "$${env:N}", "a"]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let value = (0..<Int.random(in: 0...8, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
                .joined()
            let rest = ["", "{secret:N}", "secret:N}", "}"].randomElement(using: &random) ?? ""
            let spec = try Manifest.read("app: a\nenv: {A: 'x${env:V}\(rest)'}", variables: ["V": value, "N": "no"])
            #expect(try SecretReference.resolve(spec.env["A"] ?? "") { _ in "no" } == "x\(value)\(rest)")
        }
    }

    @Test("outside env an escape is plain text")
    func escapes() throws {
        #expect(
            problems("app: a\nhttp: {health: '/$${secret:A b}'}") == [
                "beamctl.yml:2:16: http.health: expected a path such as /health, found what \"/$${secret:A b}\" stands for"
            ])
        #expect(try Manifest.read("app: a\nhttp: {health: '/$${env:A}'}").processes["web"]?.http?.health == "/${env:A}")
    }

    @Test(
        "what is wrong with a reference is told with its place, and never with a value",
        arguments: [
            (
                "app: a\nreplicas: ${env:GONE}",
                "beamctl.yml:2:11: replicas: the variable GONE is not set: export GONE, or give a default: ${env:GONE:-default}"
            ),
            (
                "app: a\nenv:\n  A: x${env:GONE}",
                "beamctl.yml:3:6: env.A: the variable GONE is not set: export GONE, or give a default: ${env:GONE:-default}"
            ),
            (
                "app: a\nreplicas: ${env:NAME}",
                "beamctl.yml:2:11: replicas: expected an integer, found what \"${env:NAME}\" stands for"
            ),
            (
                "app: a\nreplicas: 9${env:N}${env:N}${env:N}",
                "beamctl.yml:2:11: replicas: expected 0 to 1000, found what \"9${env:N}${env:N}${env:N}\" stands for"
            ),
            (
                "app: ${env:SPACE}",
                "beamctl.yml:1:6: app: what \"${env:SPACE}\" stands for has characters other than a-z, 0-9 and '-'"
            ),
            (
                "app: a\nenv: {A: '${env:1}'}",
                "beamctl.yml:2:10: env.A: has a ${env: that is not ${env:NAME} or ${env:NAME:-default}; as plain text it is written $${env:"
            ),
            (
                "app: a\nenv: {A: '${env:N:-${secret:X}}'}",
                "beamctl.yml:2:10: env.A: has a ${env: that is not ${env:NAME} or ${env:NAME:-default}; as plain text it is written $${env:"
            ),
            (
                "app: a\nenv: {A: '${secret:a-b}'}",
                "beamctl.yml:2:10: env.A: has a ${secret: that is not ${secret:NAME}; as plain text it is written $${secret:"
            ),
            (
                "app: ${secret:A}",
                "beamctl.yml:1:6: app: ${secret:A} stands in values of env only: here it would be stored and shown as it is"
            ),
            (
                "app: a\ncommand: bin/server ${secret:A}",
                "beamctl.yml:2:10: command: ${secret:A} stands in values of env only: here it would be stored and shown as it is"
            ),
            (
                "app: a\nenv: {A: '${env:DOLLAR}${secret:X}'}",
                "beamctl.yml:2:10: env.A: a variable that ends with $ cannot stand right before ${secret:X}"
            ),
            ("app: a\n'${env:NAME}': 1", "beamctl.yml:2:1: ${env:NAME}: unknown key; known here: "),
        ])
    func mistakes(text: String, told: String) {
        let found = problems(text)
        #expect(found.count == 1 && found.first?.hasPrefix(told) == true, "\(found)")
    }

    @Test("variables cannot make a small manifest big")
    func bounded() {
        let many = (0..<20).map { "  A\($0): ${env:BIG}" }.joined(separator: "\n")
        let error = #expect(throws: ManifestError.self) {
            try Manifest.read("app: a\nenv:\n" + many, variables: ["BIG": String(repeating: "x", count: 100 << 10)])
        }
        #expect(error?.problems.first?.message == "with BIG, variables put in more than 1048576 bytes")
        #expect(error?.problems.first?.path == "env.A10")
        let one = #expect(throws: ManifestError.self) {
            try Manifest.read("app: a\nenv: {A: '${env:BIG}'}", variables: ["BIG": String(repeating: "x", count: 121 << 10)])
        }
        #expect(one?.problems.first?.message == VariableRules.problem(withValue: String(repeating: "x", count: 121 << 10)))
    }
}
