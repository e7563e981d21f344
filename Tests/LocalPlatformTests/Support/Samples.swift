import FleetModel

/// Values that tests make often.
enum Sample {
    static let key = AppKey(app: "hello")
    static let cookie = "TESTCOOKIE0123456789TESTCOOKIE01"

    static func spec(
        _ app: String = "hello", web: Int = 3, http: HTTPSpec? = nil, discovery: ClusterSpec.Discovery = .auto, grace: Int = 5,
        rollout: RolloutSpec = RolloutSpec()
    ) -> AppSpec {
        AppSpec(
            app: app, processes: ["web": ProcessSpec(replicas: web, http: http)], cluster: ClusterSpec(discovery: discovery),
            shutdown: ShutdownSpec(graceSeconds: grace), rollout: rollout)
    }

    static let digest = String(repeating: "d1", count: 32)

    static func request(
        _ spec: AppSpec = Sample.spec(), namespace: String = AppKey.defaultNamespace, digest: String = Sample.digest
    ) -> DeployRequest {
        DeployRequest(
            namespace: namespace, spec: spec, release: release(digest: digest), origin: RevisionOrigin(user: "tester@here"))
    }

    static func release(_ name: String = "hello", digest: String = Sample.digest) -> StoredRelease {
        StoredRelease(
            description: ReleaseDescription(
                tool: .mix, name: name, version: "0.1.0", erts: "13.1.5", otp: "25", elixir: "1.14.0",
                applications: [name: "0.1.0"]),
            digest: digest)
    }

    static func replica(
        _ name: String, of key: AppKey = Sample.key, process: String = "web", revision: Int = 1, number: Int = 0,
        phase: Replica.Phase = .pending
    ) -> Replica {
        let address = "127.94.0.\(11 + number)"
        var replica = Replica(
            name: name, key: key, process: process, revision: revision, generation: 0,
            slot: Replica.Slot(address: address, port: 20_000 + number), node: "hello@\(address)",
            createdAt: Timestamp(milliseconds: Int64(number)))
        replica.phase = phase
        return replica
    }
}
