/// What is wanted of an app: one revision, so many replicas of each process.
public struct Deployment: Hashable, Codable, Sendable {
    /// Whether the app is to run at all.
    public enum Intent: String, Hashable, Codable, Sendable {
        /// It runs.
        case run
        /// No replica, until it is deployed, restarted or scaled again; nothing is forgotten.
        case stop
        /// No replica, and when the last one is gone nothing is kept.
        case destroy
    }

    /// The app.
    public var key: AppKey
    /// The number of the wanted revision.
    public var revision: Int
    /// Raised by each `restart`: replicas of an older generation are replaced although their revision is right.
    public var generation: Int
    /// Whether the app is to run at all.
    public var intent: Intent
    /// The wanted replicas by process, when it runs.
    public var scale: [String: Int]
    /// How one revision takes over from another.
    public var rollout: RolloutSpec

    /// Makes one.
    public init(
        key: AppKey, revision: Int, generation: Int = 0, intent: Intent = .run, scale: [String: Int],
        rollout: RolloutSpec = RolloutSpec()
    ) {
        self.key = key
        self.revision = revision
        self.generation = generation
        self.intent = intent
        self.scale = scale
        self.rollout = rollout
    }

    /// The scale with which an older revision comes back: a process that was scaled since the present one was made stays scaled, and every
    /// other has as many replicas as the older manifest says.
    public func scale(bringingBack older: AppSpec, after present: AppSpec) -> [String: Int] {
        older.processes.reduce(into: [:]) { wanted, process in
            let scaled = scale[process.key].flatMap { $0 == present.processes[process.key]?.replicas ? nil : $0 }
            wanted[process.key] = scaled ?? process.value.replicas
        }
    }

    /// The replicas of a process that are wanted now.
    public func wanted(_ process: String) -> Int {
        intent == .run ? scale[process] ?? 0 : 0
    }
}
