import FleetModel
import JSONText

/// The lock under which an app is changed, as a Lease: taken for half a minute at a time.
struct KeptLock: Equatable {
    /// Who has it.
    var holder: LockHolder
    /// What changes with each renewal.
    var renewal: String
    /// The `resourceVersion` of the Lease.
    var resourceVersion: String?

    /// Seconds for which it is taken.
    static let seconds = 30
    /// How often it is renewed.
    static let rhythm = Duration.seconds(10)

    /// Whose a Lease is; nil when it is nobody's.
    init?(_ object: KubernetesObject) {
        guard let who = object.json.at("spec", "holderIdentity")?.text, !who.isEmpty else { return nil }
        let since = object.json.at("spec", "acquireTime")?.moment ?? Timestamp(milliseconds: 0)
        holder = LockHolder(who: who, since: since, verb: object.annotations[StateNames.verbAnnotation])
        renewal = object.json.at("spec", "renewTime")?.text ?? ""
        resourceVersion = object.resourceVersion
    }

    /// The Lease of a holder.
    static func object(_ key: AppKey, _ holder: LockHolder, now: Timestamp, resourceVersion: String?) -> KubernetesObject {
        var annotations: [String: String] = [:]
        annotations[StateNames.verbAnnotation] = holder.verb
        var object = KubernetesObject(
            "coordination.k8s.io/v1", "Lease", name: StateNames.lock(key.app), namespace: key.namespace,
            labels: StateNames.labels(key.app, .lock), annotations: annotations,
            [
                "spec": [
                    "holderIdentity": .string(holder.who), "leaseDurationSeconds": .integer(seconds),
                    "acquireTime": .string(holder.since.microTime), "renewTime": .string(now.microTime),
                ]
            ])
        object.setMetadata("resourceVersion", resourceVersion.map(JSONValue.string))
        return object
    }
}

/// Watches somebody else's lock: it is free when it was not renewed for its whole duration by our own clock, for the clocks of two
/// machines are not compared.
struct LockPatience {
    private var seen: KeptLock?
    private var since: Duration = .zero

    /// Whether the lock has been left by its holder.
    ///
    /// - Parameter elapsed: A clock that only goes forward.
    mutating func isLeft(_ lock: KeptLock, elapsed: Duration) -> Bool {
        guard let seen, seen.renewal == lock.renewal, seen.holder.who == lock.holder.who else {
            self.seen = lock
            since = elapsed
            return false
        }
        return elapsed - since > .seconds(KeptLock.seconds)
    }
}
