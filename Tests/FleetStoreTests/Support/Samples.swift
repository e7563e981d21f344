import FleetModel

/// Values in which no field has its default, so that a field that is forgotten on the way shows.
enum Sample {
    static let key = AppKey(namespace: "staging", app: "hello")

    static func revision(_ number: Int, of app: String = "hello") -> Revision {
        let spec = AppSpec(
            app: app, build: BuildSpec(tool: .mix, release: "shop", assets: true),
            processes: [
                "web": ProcessSpec(
                    replicas: 3, http: HTTPSpec(port: 4001, health: "/up?deep=1"), ports: ["metrics": 9568],
                    env: ["A": "größe\n\"'\0"]),
                "worker": ProcessSpec(replicas: 2),
            ],
            cluster: ClusterSpec(discovery: .app), env: ["POOL": "10"], shutdown: ShutdownSpec(graceSeconds: 7),
            rollout: RolloutSpec(maxSurge: .percent(25), maxUnavailable: .count(1)))
        let release = ReleaseDescription(
            tool: .mix, name: "shop", version: "0.1.0", erts: "13.1.5", otp: "25", elixir: "1.14.0",
            applications: ["shop": "0.1.0"])
        return Revision(
            number: number, release: StoredRelease(description: release, digest: String(repeating: "ab", count: 32)), spec: spec,
            origin: RevisionOrigin(user: "me@host", commit: String(repeating: "c", count: 40), isDirty: true),
            createdAt: Timestamp(milliseconds: 1_700_000_000_000 + Int64(number)))
    }

    static func deployment(_ revision: Int, of key: AppKey = Sample.key) -> Deployment {
        Deployment(
            key: key, revision: revision, generation: 4, intent: .stop, scale: ["web": 3, "worker": 0],
            rollout: RolloutSpec(maxSurge: .count(2), maxUnavailable: .percent(50)))
    }

    static func replica(_ name: String, of key: AppKey = Sample.key) -> Replica {
        var replica = Replica(
            name: name, key: key, process: "worker", revision: 2, generation: 4,
            slot: Replica.Slot(address: "127.94.0.11", port: 20_000), node: "shop@127.94.0.11",
            createdAt: Timestamp(milliseconds: 1))
        replica.phase = .backoff
        replica.reason = "exit code 1"
        replica.startedAt = Timestamp(milliseconds: 2)
        replica.readyAt = Timestamp(milliseconds: 3)
        replica.restarts = 5
        replica.failures = 2
        replica.startsAgainAt = Timestamp(milliseconds: 4)
        replica.lastExit = Replica.Exit(code: 1, signal: nil, at: Timestamp(milliseconds: 5))
        replica.pid = 77
        return replica
    }
}
