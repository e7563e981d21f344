import FleetModel
import JSONText

/// What a pod's object says of the replica that it is.
struct PodReading {
    let object: KubernetesObject
    private let app: String

    init(_ object: KubernetesObject, app: String) {
        self.object = object
        self.app = app
    }

    /// Reasons for which a container that waits is not merely on its way, but tried again later.
    private static let troubles: Set = [
        "CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError",
        "RegistryUnavailable", "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError",
        "PreCreateHookError", "PreStartHookError", "PostStartHookError",
    ]

    private static let pulling: Set = ["ImagePullBackOff", "ErrImagePull"]

    var process: String { object.labels[ObjectNames.componentLabel] ?? "" }
    var address: String? { object.json.at("status", "podIP")?.text }
    var isLeaving: Bool { object.json.at("metadata", "deletionTimestamp") != nil }
    /// Whether it has ended for good, and another takes its place.
    var hasEnded: Bool { ["Succeeded", "Failed"].contains(object.json.at("status", "phase")?.text) }

    /// Whether its startup probe has answered: its node is up, whether or not it is ready.
    var hasBooted: Bool { !isLeaving && running != nil && container?["started"]?.isTrue == true }

    /// Raised by each restart: an annotation of the template that it is made from.
    var generation: Int { object.annotations[StateNames.generationAnnotation].flatMap { Int($0) } ?? 0 }

    /// The state of the release's container.
    private var container: JSONValue? {
        let all = object.json.at("status", "containerStatuses")?.elements ?? []
        return all.first { $0["name"]?.text == app } ?? all.first
    }

    private var waiting: JSONValue? { container?.at("state", "waiting") }
    private var running: JSONValue? { container?.at("state", "running") }
    /// How its last process ended: the present one, or the one before.
    private var terminated: JSONValue? { container?.at("state", "terminated") ?? container?.at("lastState", "terminated") }

    /// - Parameter warnings: What the kubelet has said of it.
    func replica(
        key: AppKey, revision: Int, port: Int, node: String?, hasRequests: Bool, warnings: PodWarnings = PodWarnings()
    ) -> Replica {
        var replica = Replica(
            name: object.name, key: key, process: process, revision: revision, generation: generation,
            slot: Replica.Slot(address: address ?? "-", port: port), node: node,
            createdAt: object.createdAt ?? Timestamp(milliseconds: 0))
        replica.restarts = container?["restartCount"]?.integer ?? 0
        replica.failures = replica.restarts
        replica.lastExit = exit
        replica.killedFor = terminated?["reason"]?.text == "OOMKilled" ? "killed: out of memory (OOMKilled)" : nil
        replica.startedAt = running?["startedAt"]?.moment ?? terminated?["startedAt"]?.moment
        let readyCondition = object.condition("Ready")
        let isReady = readyCondition?["status"]?.text == "True"
        if isReady { replica.readyAt = readyCondition?["lastTransitionTime"]?.moment }
        (replica.phase, replica.reason) = state(isReady: isReady, hasRequests: hasRequests, warnings, replica)
        return replica
    }

    private func state(
        isReady: Bool, hasRequests: Bool, _ warnings: PodWarnings, _ replica: Replica
    ) -> (Replica.Phase, String?) {
        if isLeaving { return (hasRequests && running != nil ? .draining : .stopping, nil) }
        if hasEnded { return (.backoff, ended) }
        if let waiting, let reason = waiting["reason"]?.text, Self.troubles.contains(reason) {
            // While it waits for the next attempt, only the event says why the one before failed.
            let message = Self.pulling.contains(reason) ? warnings.pull ?? waiting["message"]?.text : waiting["message"]?.text
            return (.backoff, trouble(reason, message, replica))
        }
        if container?.at("state", "terminated") != nil { return (.backoff, replica.killedFor ?? replica.lastExit?.summary) }
        guard running != nil else { return (.pending, unscheduled ?? warnings.setup ?? waiting?["reason"]?.text) }
        if isReady { return (.ready, nil) }
        return (wasReady(replica) ? .unready : .starting, warnings.probe)
    }

    /// A container that never was ready has not been so since it started; one that was changed its mind later.
    private func wasReady(_ replica: Replica) -> Bool {
        guard container?["started"]?.isTrue == true, let since = object.condition("Ready")?["lastTransitionTime"]?.moment,
            let started = replica.startedAt
        else { return false }
        return since > started
    }

    private func trouble(_ reason: String, _ message: String?, _ replica: Replica) -> String {
        // The kubelet's own message only repeats how long it waits.
        if reason == "CrashLoopBackOff" {
            return [replica.killedFor ?? replica.lastExit?.summary, reason].compactMap(\.self).joined(separator: "; ")
        }
        return message.map { "\(reason): \(Self.short($0))" } ?? reason
    }

    private var unscheduled: String? {
        guard let condition = object.condition("PodScheduled"), condition["status"]?.text == "False" else { return nil }
        let message = condition["message"]?.text.map(Self.short)
        return [condition["reason"]?.text ?? "Unschedulable", message].compactMap(\.self).joined(separator: ": ")
    }

    /// A pod that was evicted says why itself; its containers may say nothing.
    private var ended: String? {
        let status = object.json["status"]
        let own = [status?["reason"]?.text, status?["message"]?.text.map(Self.short)].compactMap(\.self)
        return own.isEmpty ? exit?.summary : own.joined(separator: ": ")
    }

    /// A container's exit code is that of a shell: 128 and the signal.
    private var exit: Replica.Exit? {
        guard let terminated, let code = terminated["exitCode"]?.integer.flatMap({ Int32(exactly: $0) }) else { return nil }
        let isSignal = code > 128 && code < 160
        return Replica.Exit(
            code: isSignal ? nil : code, signal: isSignal ? code - 128 : nil,
            at: terminated["finishedAt"]?.moment ?? Timestamp(milliseconds: 0), startedAt: terminated["startedAt"]?.moment)
    }

    /// One line, and no long one: of a chain of errors the first says what, and the last why.
    static func short(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count > 300 ? "\(line.prefix(150))…\(line.suffix(150))" : line
    }
}
