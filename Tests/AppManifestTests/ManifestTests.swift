import AppManifest
import FleetModel
import Testing

@Suite("Reading a manifest")
struct ManifestTests {
    @Test("one line is enough for a plain app")
    func least() throws {
        #expect(try Manifest.read("app: hello") == AppSpec(app: "hello"))
    }

    @Test("everything that is implemented is read")
    func everything() throws {
        let spec = try Manifest.read(
            """
            app: shop
            build: {tool: rebar3, release: shop_web, assets: false}
            processes:
              web:
                replicas: 3
                http: {port: 8080, health: /up}
                ports: {metrics: 9568}
                env: {ROLE: web}
              worker:
                replicas: 0
            cluster: {discovery: app, node_name: ip}
            env: {GREETING: hi}
            shutdown: {grace: 2m}
            rollout: {max_surge: 25%, max_unavailable: 1}
            on: local
            """)
        #expect(
            spec
                == AppSpec(
                    app: "shop", build: BuildSpec(tool: .rebar3, release: "shop_web", assets: false),
                    processes: [
                        "web": ProcessSpec(
                            replicas: 3, http: HTTPSpec(port: 8080, health: "/up"), ports: ["metrics": 9568], env: ["ROLE": "web"]
                        ),
                        "worker": ProcessSpec(replicas: 0),
                    ], cluster: ClusterSpec(discovery: .app), env: ["GREETING": "hi"], shutdown: ShutdownSpec(graceSeconds: 120),
                    rollout: RolloutSpec(maxSurge: .percent(25), maxUnavailable: .count(1))))
    }

    @Test("keys at the top are short for those of web, and a number for http is its port")
    func short() throws {
        let spec = try Manifest.read("app: a\nreplicas: 2\nhttp: 8080\nports: {grpc: 50051}\n")
        #expect(spec.processes == ["web": ProcessSpec(replicas: 2, http: HTTPSpec(port: 8080), ports: ["grpc": 50051])])
        #expect(try Manifest.read("app: a\nhttp: {health: /}").processes["web"]?.http == HTTPSpec(health: "/"))
        #expect(try Manifest.read("app: a\nhttp:\n").processes["web"]?.http == HTTPSpec())
        #expect(try Manifest.read("app: a\nprocesses: {worker: }").processes == ["worker": ProcessSpec()])
    }

    @Test("values of variables are the text that stands there")
    func environment() throws {
        let spec = try Manifest.read(
            """
            app: a
            env:
              YES: yes
              ON: on
              OCTAL: 0123
              FLOAT: 1.10
              TRUE: true
              EMPTY: ""
              QUOTED: "null"
              LINES: |
                one
                two
              HASH: 'a # b'
              TEXT: Grüße
            """)
        #expect(
            spec.env == [
                "YES": "yes", "ON": "on", "OCTAL": "0123", "FLOAT": "1.10", "TRUE": "true", "EMPTY": "", "QUOTED": "null",
                "LINES": "one\ntwo\n", "HASH": "a # b", "TEXT": "Grüße",
            ])
    }

    @Test("seconds may have a unit", arguments: [("45", 45), ("45s", 45), ("2m", 120), ("0", 0), ("60m", 3600), ("\"30s\"", 30)])
    func seconds(text: String, seconds: Int) throws {
        #expect(try Manifest.read("app: a\nshutdown: {grace: \(text)}").shutdown.graceSeconds == seconds)
    }

    @Test("an anchor may be used, and a document may begin with its mark")
    func anchors() throws {
        let spec = try Manifest.read(
            "---\napp: a\nprocesses:\n  web: &p {replicas: 2}\n  worker: *p\nenv: {GLOB: \"* *a *b\"}\n")
        #expect(spec.processes["worker"]?.replicas == 2)
    }

    @Test("with discovery none, what names a node is the app's own")
    func alone() throws {
        let spec = try Manifest.read("app: a\ncluster: {discovery: none}\nenv: {RELEASE_NODE: b, RELEASE_COOKIE: c}")
        #expect(spec.env["RELEASE_NODE"] == "b")
    }
}
