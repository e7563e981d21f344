import FleetModel

/// Values that tests make often.
enum Sample {
    static let key = AppKey(app: "hello")

    static func deployment(
        revision: Int = 1, generation: Int = 0, intent: Deployment.Intent = .run, web: Int = 3,
        rollout: RolloutSpec = RolloutSpec()
    ) -> Deployment {
        Deployment(key: key, revision: revision, generation: generation, intent: intent, scale: ["web": web], rollout: rollout)
    }

    static func replica(
        _ name: String, revision: Int = 1, generation: Int = 0, phase: Replica.Phase = .ready, process: String = "web",
        age: Int64 = 0
    ) -> Replica {
        var replica = Replica(
            name: name, key: key, process: process, revision: revision, generation: generation,
            slot: Replica.Slot(address: "127.88.0.11", port: 20_000), node: "hello@127.88.0.11",
            createdAt: Timestamp(milliseconds: 1_000_000 - age))
        replica.phase = phase
        return replica
    }
}
