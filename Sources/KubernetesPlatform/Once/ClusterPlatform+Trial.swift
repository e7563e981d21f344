import BeamRelease
public import FleetModel
import JSONText
import KubernetesClient

extension ClusterPlatform {
    /// Runs a trial's Job and tells every line that its pod writes; returns the exit code of its container. Whatever comes of it, the Job
    /// goes, and with it what was made for it.
    ///
    /// Throws ``PlatformError``: ``PlatformError/Code/trialNotAllowed`` when no Job may be made, ``PlatformError/Code/trialNotRun`` when its
    /// pod cannot run, or does not within the limit.
    public func runTrial(
        _ order: OnceOrder, within limit: Duration, _ tell: @escaping @Sendable (String) -> Void
    ) async throws -> Int32 {
        try await translating {
            let made = Made(client: client, order: order)
            do {
                let job: KubernetesObject
                do {
                    try await made.makeNeeded()
                    job = try await made.makeJob()
                } catch let error as KubernetesError where error.code == .forbidden {
                    throw PlatformError(.trialNotAllowed, await notAllowed(in: order.namespace) ?? error.reason)
                }
                let code = try await run(job, within: limit, tell)
                await made.remove(isWaitedFor: code == 0)
                return code
            } catch {
                await made.remove()
                throw error
            }
        }
    }

    /// Which of a trial's rights are missing, and what to do; nil where it is none of these.
    private func notAllowed(in namespace: String) async -> String? {
        guard let missing = try? await client.missing(Permissions.trying(in: namespace)), !missing.isEmpty else { return nil }
        return "the user of context \(client.access.context) may not, in namespace \(namespace): "
            + "\(Permissions.summary(missing)); config: {preflight: false} leaves the trial out"
    }

    private func run(
        _ job: KubernetesObject, within limit: Duration, _ tell: @escaping @Sendable (String) -> Void
    ) async throws -> Int32 {
        let (selector, namespace) = ("job-name=\(job.name)", job.namespace ?? "")
        return try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask { () -> Int32? in
                do {
                    return try await ended(selector, namespace, lastLine: ImageTrial.endOfTrial, tell)
                } catch let error as PlatformError {
                    throw PlatformError(.trialNotRun, error.message)
                }
            }
            group.addTask {
                throw PlatformError(.trialNotRun, "no pod can be made for it: \(try await refusal(of: job, namespace))")
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            if let code = try await group.next() ?? nil { return code }
            let pod = try await objects(.pods, selector, in: namespace).first
            let warnings = if let pod { PodWarnings(of: pod.uid, among: try await warnings(of: pod)) } else { PodWarnings() }
            throw PlatformError(.trialTimedOut, Self.words(pod, warnings, limit))
        }
    }

    private static func words(_ pod: KubernetesObject?, _ warnings: PodWarnings, _ limit: Duration) -> String {
        let seconds = "\(limit.components.seconds) s"
        guard let pod else { return "no pod was made for it within \(seconds)" }
        let reading = PodReading(pod, app: "")
        guard !reading.isRunning else { return "its boot did not end within \(seconds)" }
        return "\(pod.name) did not run within \(seconds)" + (reading.waits(warnings).map { ": \($0)" } ?? "")
    }

    /// Waits until the controller says that it cannot make the Job's pod, as under a quota.
    private func refusal(of job: KubernetesObject, _ namespace: String) async throws -> String {
        let selector = Selector(fields: "involvedObject.uid=\(job.uid),reason=FailedCreate")
        for try await event in client.watch(.events, selector, in: namespace) {
            let events: [JSONValue] =
                switch event {
                case .all(let all): all
                case .added(let one), .modified(let one): [one]
                default: []
                }
            if let message = events.lazy.compactMap({ $0["message"]?.text }).first { return PodReading.short(message) }
        }
        throw CancellationError()
    }
}

/// What is in the cluster of a trial.
private actor Made {
    private let client: KubernetesClient
    private let order: OnceOrder
    private var job: KubernetesObject?
    /// Whether what it needs goes with the Job.
    private var isOwned = false

    init(client: KubernetesClient, order: OnceOrder) {
        (self.client, self.order) = (client, order)
    }

    func makeNeeded() async throws {
        let client = client
        try await withThrowingTaskGroup(of: Void.self) { group in
            for object in order.needed {
                guard let resource = APIResource(of: object) else { continue }
                group.addTask { try await client.create(object.json, as: resource, in: object.namespace) }
            }
            try await group.waitForAll()
        }
    }

    /// The Job owns what it needs: when nobody is left to remove that, the cluster does.
    func makeJob() async throws -> KubernetesObject {
        let made = KubernetesObject(json: try await client.create(order.object.json, as: .jobs, in: order.namespace))
        job = made
        let owner: JSONValue = [
            "apiVersion": "batch/v1", "kind": "Job", "name": .string(made.name), "uid": .string(made.uid),
        ]
        let client = client
        isOwned = await withTaskGroup(of: Bool.self) { group in
            for object in order.needed {
                guard let resource = APIResource(of: object) else { continue }
                group.addTask {
                    let owned = try? await client.patch(
                        resource, object.name, .merge, ["metadata": ["ownerReferences": [owner]]], in: object.namespace)
                    return owned != nil
                }
            }
            var all = true
            for await isOwned in group { all = all && isOwned }
            return all
        }
        return made
    }

    /// Also for who was interrupted: a task that is cancelled asks nothing.
    ///
    /// - Parameter isWaitedFor: Whether a deploy goes on after it: then what the Job owns is left to the cluster.
    func remove(isWaitedFor: Bool = false) async {
        let (client, order, isLeft) = (client, order, isWaitedFor && isOwned)
        await Task.detached {
            let isRemoved = (try? await client.delete(.jobs, order.object.name, in: order.namespace)) ?? false
            if isRemoved && isLeft { return }
            await withTaskGroup(of: Void.self) { group in
                for object in order.needed {
                    guard let resource = APIResource(of: object) else { continue }
                    group.addTask { _ = try? await client.delete(resource, object.name, in: object.namespace) }
                }
            }
        }.value
    }
}

extension PlatformError.Code {
    /// No Job may be made, so nothing can be tried.
    public static let trialNotAllowed = PlatformError.Code(rawValue: "trial_not_allowed")
    /// The pod of a trial cannot run.
    public static let trialNotRun = PlatformError.Code(rawValue: "trial_not_run")
    /// The pod of a trial has not come to its end in time.
    public static let trialTimedOut = PlatformError.Code(rawValue: "trial_timed_out")
}

extension PodReading {
    /// Why it waits.
    fileprivate func waits(_ warnings: PodWarnings) -> String? {
        replica(key: AppKey(app: "once"), revision: 0, port: 0, node: nil, hasRequests: false, warnings: warnings).reason
    }
}
