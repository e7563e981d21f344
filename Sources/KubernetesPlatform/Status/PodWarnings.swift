import JSONText

/// What the kubelet has said in warnings of one pod, where the pod's object does not say it itself.
struct PodWarnings {
    private let events: [(reason: String, message: String)]

    /// None.
    init() { events = [] }

    /// - Parameters:
    ///   - pod: The pod's uid.
    ///   - events: Warnings of its namespace, the newest last.
    init(of pod: String, among events: [KubernetesObject]) {
        self.events = events.filter { $0.json.at("involvedObject", "uid")?.text == pod }.compactMap { event in
            guard let reason = event.json["reason"]?.text, let message = event.json["message"]?.text else { return nil }
            return (reason, message)
        }
    }

    /// What it said last of a probe that failed.
    var probe: String? { events.last { $0.reason == "Unhealthy" }.map { PodReading.short($0.message) } }

    /// Why the image could not be had: of the two warnings that tell of it, the one that says more.
    var pull: String? {
        events.filter { $0.reason == "Failed" }.map(\.message).max { $0.count < $1.count }.map(PodReading.short)
    }

    /// Why it could not be set up so far: its sandbox, its network, its volumes.
    var setup: String? {
        let others: Set = ["FailedScheduling", "FailedPreStopHook", "FailedKillPod"]
        return events.last { $0.reason.hasPrefix("Failed") && $0.reason != "Failed" && !others.contains($0.reason) }
            .map { "\($0.reason): \(PodReading.short($0.message))" }
    }
}
