import AppManifest
import FleetModel
import Testing

@Suite("Environments of a manifest")
struct ManifestEnvironmentTests {
    private let manifest = """
        app: shop
        build: {release: shop_web}
        processes:
          web:
            replicas: 3
            http: {port: 8080, health: /up}
            resources: {cpu: 1, memory: 1Gi}
            env: {ROLE: web, A: process}
        env: {A: base, B: base}
        secrets: [KEY]
        environments:
          staging:
            build: {tool: mix}
            processes:
              web:
                replicas: 1
                http: {health: /ready}
                resources: {memory: 512Mi}
                env: {A: staging process}
              worker: {replicas: 2}
            env: {A: staging, C: "${env:C}"}
            secrets: []
          production:
            app: shop
            env: {C: "${env:PRODUCTION}", D: "${secret:KEY}"}
          empty:
        """

    private func problems(_ text: String, environment: String? = nil, variables: [String: String] = [:]) -> [String] {
        do throws(ManifestError) {
            _ = try Manifest.read(text, environment: environment, variables: variables)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test("the chosen one is laid over the rest, and its variables are a layer of their own")
    func chosen() throws {
        let spec = try Manifest.read(manifest, environment: "staging", variables: ["C": "c"])
        let web = ProcessSpec(
            replicas: 1, http: HTTPSpec(port: 8080, health: "/ready"), env: ["ROLE": "web", "A": "process"],
            resources: ResourceSpec(cpuMillis: 1000, memoryBytes: 512 << 20))
        #expect(
            spec
                == AppSpec(
                    app: "shop-staging", build: BuildSpec(tool: .mix, release: "shop_web"),
                    processes: ["web": web, "worker": ProcessSpec(replicas: 2)], env: ["A": "base", "B": "base"],
                    environment: EnvironmentSpec(
                        name: "staging", env: ["A": "staging", "C": "c"], processes: ["web": ["A": "staging process"]])))
    }

    @Test("without a choice nothing is merged, and only its own variables are needed")
    func none() throws {
        let spec = try Manifest.read(manifest)
        #expect(spec.app == "shop" && spec.environment == nil && spec.processes.count == 1 && spec.secrets == ["KEY"])
        #expect(spec.processes["web"]?.replicas == 3 && spec.env == ["A": "base", "B": "base"])
    }

    @Test("an environment may name the app itself, and may be empty")
    func names() throws {
        let production = try Manifest.read(manifest, environment: "production", variables: ["PRODUCTION": "p"])
        #expect(production.app == "shop")
        #expect(production.environment?.env == ["C": "p", "D": "${secret:KEY}"])
        let empty = try Manifest.read(manifest, environment: "empty")
        #expect(empty.app == "shop-empty" && empty.environment == EnvironmentSpec(name: "empty"))
        #expect(
            try Manifest.read("app: a\nreplicas: x\nenvironments: {b: {replicas: 1}}".replacing("x", with: "2"), environment: "b")
                .app == "a-b")
    }

    @Test("keys that hold keys are merged, everything else is replaced")
    func merging() throws {
        let text =
            "app: a\nhttp: 8080\nports: {x: 1, y: 2}\nrollout: {max_surge: 2}\nenvironments:\n  b:\n    http: {health: /up}\n"
            + "    ports: {y: 3, z: 4}\n    rollout: {max_unavailable: 1}\n"
        let spec = try Manifest.read(text, environment: "b")
        #expect(spec.processes["web"] == ProcessSpec(http: HTTPSpec(health: "/up"), ports: ["x": 1, "y": 3, "z": 4]))
        #expect(spec.rollout == RolloutSpec(maxSurge: .count(2), maxUnavailable: .count(1)))
    }

    @Test("one that is not there is told with those that are")
    func unknown() {
        let place = "beamctl.yml:11:1: environments: "
        #expect(
            problems(manifest, environment: "stagign") == [
                place + "there is no environment \"stagign\"; there are staging, production, empty; did you mean staging?"
            ])
        #expect(
            problems(manifest, environment: "test") == [
                place + "there is no environment \"test\"; there are staging, production, empty"
            ])
        #expect(
            problems("app: a", environment: "test") == [
                "beamctl.yml: environments: there is no environment \"test\"; the manifest has none"
            ])
    }

    @Test(
        "every environment is checked, chosen or not",
        arguments: [
            (
                "app: a\nenvironments: {b: {replica: 1}}",
                "beamctl.yml:2:20: environments.b.replica: unknown key; did you mean replicas?"
            ),
            (
                "app: a\nenvironments:\n  b:\n    replicas: two",
                "beamctl.yml:4:15: environments.b.replicas: expected an integer, found \"two\""
            ),
            (
                "app: a\nenvironments: {b: {env: {PORT: 1}}}",
                "beamctl.yml:2:26: environments.b.env.PORT: beamctl gives every replica a PORT of its own; leave it out"
            ),
            (
                "app: a\nenvironments: {b: {processes: {web: {env: {1: x}}}}}",
                "beamctl.yml:2:44: environments.b.processes.web.env.1: is no name of a variable: letters, digits and _ make one, no digit first"
            ),
            (
                "app: a\nenvironments: {b: {environments: {}}}",
                "beamctl.yml:2:20: environments.b.environments: an environment cannot hold environments of its own"
            ),
            ("app: a\nenvironments: {b: 1}", "beamctl.yml:2:19: environments.b: expected keys, found \"1\""),
            ("app: a\nenvironments: [b]", "beamctl.yml:2:15: environments: expected keys, found a list"),
            (
                "app: a\nenvironments: {B: {}}",
                "beamctl.yml:2:16: environments.B: the name does not begin with a lower-case letter"
            ),
            (
                "app: a\nenvironments: {abcdefghijklmnopqrstu: {}}",
                "beamctl.yml:2:16: environments.abcdefghijklmnopqrstu: the name is longer than 20 characters"
            ),
            (
                "app: abcdefghijklmnopqrstuvwxyz0123456789\nenvironments: {staging: {}}",
                "beamctl.yml:2:16: environments.staging: the app is named \"abcdefghijklmnopqrstuvwxyz0123456789-staging\" here, "
                    + "and that is longer than 40 characters; give it another name with environments.staging.app"
            ),
            (
                "app: a\nenv: {RELEASE_NODE: x}\ncluster: {discovery: none}\nenvironments: {b: {cluster: {discovery: auto}}}",
                "beamctl.yml:2:7: env.RELEASE_NODE: beamctl sets it to join the node to its cluster; leave it out, "
                    + "or set cluster.discovery to none (in the environment b)"
            ),
            (
                "app: a\nreplicas: 1\nenvironments: {b: {processes: {web: {}}}}",
                "beamctl.yml:2:1: replicas: is short for processes.web.replicas, and processes is given: say it there "
                    + "(in the environment b)"
            ),
            (
                "app: a\nports: {x: 1}\nenvironments: {b: {ports: {y: 1}}}",
                "beamctl.yml:3:31: environments.b.ports.y: 1 is the port of x already"
            ),
            (
                "app: a\nreplicas: two\nenvironments: {b: {replicas: 1}}",
                "beamctl.yml:2:11: replicas: expected an integer, found \"two\""
            ),
            (
                "app: a\nenvironments: {b: {replicas: '${env:1}'}}",
                "beamctl.yml:2:30: environments.b.replicas: has a ${env: that is not ${env:NAME} or ${env:NAME:-default}; "
                    + "as plain text it is written $${env:"
            ),
        ])
    func checked(text: String, told: String) {
        #expect(problems(text) == [told])
        let chosen = problems(text, environment: "b")
        let other = problems(text + "\n", environment: nil)
        #expect(other == [told])
        #expect(chosen.contains(told) || chosen.count == 1, "\(chosen)")
    }

    @Test("references of an environment that is not chosen are not looked up, and give no other errors")
    func notLookedUp() throws {
        let text = """
            app: a
            cluster: {discovery: none}
            env: {RELEASE_NODE: x}
            environments:
              b:
                app: ${env:X}
                replicas: ${env:X}
                rollout: {max_surge: 0, max_unavailable: "${env:X}"}
                cluster: {discovery: "${env:X}"}
                env: {A: "${env:X}"}
            """
        #expect(problems(text) == [])
        #expect(problems(text, environment: "b").count == 5)
        #expect(problems("app: ${env:X}\nenvironments: {b: {app: c}}", environment: "b") == [])
    }

    @Test("the lines of all keys are told, a chosen environment's variables by their own path")
    func lines() throws {
        let reading = try Manifest.reading(manifest, environment: "staging", variables: ["C": "c"])
        #expect(reading.spec.app == "shop-staging")
        let lines = reading.lines
        #expect(lines["app"] == 1 && lines["env.A"] == 9 && lines["processes.web.env.ROLE"] == 8)
        #expect(lines["processes.web.replicas"] == 16 && lines["processes.web.http.port"] == 6)
        #expect(lines["environments.staging.env.C"] == 21 && lines["environments.staging.processes.web.env.A"] == 19)
        let plain = try Manifest.reading(manifest)
        #expect(plain.lines["processes.web.replicas"] == 5 && plain.lines["environments.staging.env.C"] == nil)
    }

    @Test("the name alone needs neither variables nor a right manifest")
    func name() throws {
        let text = "app: shop\nreplicas: ${env:X}\nnonsense: [\"\"]\nenvironments: {b: {image: 1}, c: {app: other}, d: }"
        #expect(try Manifest.appName(in: text) == "shop")
        #expect(try Manifest.appName(in: text, environment: "b") == "shop-b")
        #expect(try Manifest.appName(in: text, environment: "c") == "other")
        #expect(try Manifest.appName(in: text, environment: "d") == "shop-d")
        #expect(try Manifest.appName(in: "app: ${env:X}", variables: ["X": "y"]) == "y")
        func told(_ text: String, _ environment: String? = nil) -> String? {
            do throws(ManifestError) {
                return try Manifest.appName(in: text, environment: environment)
            } catch {
                return error.description
            }
        }
        #expect(
            told(text, "e") == "beamctl.yml:4:1: environments: there is no environment \"e\"; there are b, c, d; did you mean b?")
        #expect(
            told("app: a\nenvironments: {B: }", "B")
                == "beamctl.yml:2:16: environments.B: the name does not begin with a lower-case letter")
        #expect(told("replicas: 1") == "beamctl.yml: app: is missing: give the app a name")
        #expect(told("app: A") == "beamctl.yml:1:6: app: \"A\" does not begin with a lower-case letter")
        #expect(told("") == "beamctl.yml: the manifest is empty; the least is one line: app: NAME")
        #expect(told("[]") == "beamctl.yml:1:1: expected keys, found a list")
        #expect(
            told("app: \(String(repeating: "a", count: 39))\nenvironments: {b: }", "b")?.contains("longer than 40 characters")
                == true)
    }
}
