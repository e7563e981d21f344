import FleetModel
import Foundation
import Testing

@Suite("An app in JSON")
struct AppSpecDecodingTests {
    /// What Foundation's `JSONEncoder` of Swift 6.3 wrote for an `AppSpec` before it had secrets, commands, resources, names of
    /// nodes, environments and configuration.
    private static let old = """
        {
          "app" : "shop",
          "build" : {"assets" : false, "release" : "shop_web", "tool" : "rebar3"},
          "cluster" : {"discovery" : "app"},
          "env" : {"GREETING" : "hi"},
          "processes" : {
            "web" : {
              "env" : {"ROLE" : "web"}, "http" : {"health" : "/up", "port" : 8080}, "ports" : {"metrics" : 9568}, "replicas" : 3
            },
            "worker" : {"env" : {}, "ports" : {}, "replicas" : 0}
          },
          "rollout" : {"maxSurge" : {"percent" : {"_0" : 25}}, "maxUnavailable" : {"count" : {"_0" : 1}}},
          "shutdown" : {"graceSeconds" : 120}
        }
        """

    private let spec = AppSpec(
        app: "shop", build: BuildSpec(tool: .rebar3, release: "shop_web", assets: false),
        processes: [
            "web": ProcessSpec(
                replicas: 3, http: HTTPSpec(port: 8080, health: "/up"), ports: ["metrics": 9568], env: ["ROLE": "web"]),
            "worker": ProcessSpec(replicas: 0),
        ], cluster: ClusterSpec(discovery: .app), env: ["GREETING": "hi"], shutdown: ShutdownSpec(graceSeconds: 120),
        rollout: RolloutSpec(maxSurge: .percent(25), maxUnavailable: .count(1)))

    @Test("what an older beamctl wrote is read, with defaults for what came later")
    func older() throws {
        #expect(try JSONDecoder().decode(AppSpec.self, from: Data(Self.old.utf8)) == spec)
    }

    @Test("an app with everything comes back equal")
    func roundTrip() throws {
        var full = spec
        full.secrets = ["KEY"]
        full.release = ReleaseSpec(replacesVariables: false, environmentScript: .theirs)
        full.config = ConfigSpec(renderer: .native, preflight: false)
        full.environment = EnvironmentSpec(name: "staging", env: ["A": "1"], processes: ["web": ["B": "2"]])
        full.cluster.nodeName = .hostname
        full.runtime = .docker
        full.processes["web"]?.command = ["bin/server", "a b"]
        full.processes["web"]?.resources = ResourceSpec(cpuMillis: 500, memoryBytes: 1 << 30)
        for app in [full, spec] {
            #expect(try JSONDecoder().decode(AppSpec.self, from: JSONEncoder().encode(app)) == app)
        }
    }

    @Test("a key that was always there is still wanted", arguments: ["app", "build", "cluster", "processes", "rollout"])
    func missing(key: String) throws {
        var object = try #require(try JSONSerialization.jsonObject(with: Data(Self.old.utf8)) as? [String: Any])
        object[key] = nil
        let data = try JSONSerialization.data(withJSONObject: object)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(AppSpec.self, from: data) }
    }
}
