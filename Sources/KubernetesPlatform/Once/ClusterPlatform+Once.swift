import FleetModel
import JSONText
public import KubernetesClient

extension ClusterPlatform {
    /// Runs a Job and tells every line that its pod writes; returns the exit code of its container.
    ///
    /// Whatever a Job of the same name was before goes first. When the task is cancelled the Job goes, and what it has started with it.
    /// Throws ``PlatformError``, and why its pod cannot run.
    public func runJob(_ order: OnceOrder, _ tell: @escaping @Sendable (String) -> Void) async throws -> Int32 {
        try await translating {
            let (name, namespace) = (order.object.name, order.namespace)
            try await apply(order.needed)
            try await removeJob(name, namespace)
            try await client.create(order.object.json, as: .jobs, in: namespace)
            do {
                return try await ended("job-name=\(name)", namespace, tell)
            } catch {
                let client = client
                await Task.detached { _ = try? await client.delete(.jobs, name, in: namespace) }.value
                throw error
            }
        }
    }

    private func removeJob(_ name: String, _ namespace: String) async throws {
        guard try await client.delete(.jobs, name, in: namespace, propagation: .foreground) else { return }
        for try await event in client.watch(.jobs, Selector(fields: "metadata.name=\(name)"), in: namespace) {
            switch event {
            case .all(let all) where all.isEmpty: return
            case .deleted: return
            default: continue
            }
        }
    }

    /// How long a pod may lack what it refers to: a node that is asked for much hears of an object only after a while.
    private static let patience = Duration.seconds(10)

    /// Follows the one pod of a selector to its end. Throws why it cannot run.
    ///
    /// - Parameter lastLine: What its container writes last where all went well: then it counts as ended with 0. A kubelet tells that a
    ///   container has ended, and ends its log, up to a second later each.
    func ended(
        _ selector: String, _ namespace: String, lastLine: String? = nil, _ tell: @escaping @Sendable (String) -> Void
    ) async throws -> Int32 {
        try await withThrowingTaskGroup(of: Int32.self) { group in
            group.addTask { try await follow(selector, namespace, lastLine, tell) }
            group.addTask {
                while true {
                    try await Task.sleep(for: Self.patience)
                    for pod in try await objects(.pods, selector, in: namespace) {
                        guard let lack = PodReading(pod, app: "").lack else { continue }
                        throw PlatformError(.failed, "\(pod.name) cannot run: \(lack)")
                    }
                }
            }
            defer { group.cancelAll() }
            guard let code = try await group.next() else { throw CancellationError() }
            return code
        }
    }

    private func follow(
        _ selector: String, _ namespace: String, _ lastLine: String?, _ tell: @escaping @Sendable (String) -> Void
    ) async throws -> Int32 {
        var hasLog = false
        for try await pod in pods(selector, namespace) {
            let reading = PodReading(pod, app: "")
            if !hasLog, reading.hasStarted {
                hasLog = true
                var options = PodLogOptions()
                options.follow = true
                let isDone = try await client.logs(pod.name, in: namespace, options) { lines in
                    for try await line in lines.map({ String(decoding: $0.text, as: UTF8.self) }) {
                        if line == lastLine { return true }
                        tell(line)
                    }
                    return false
                }
                if isDone { return 0 }
            }
            if let code = reading.exitCode { return code }
            if let problem = reading.problem { throw PlatformError(.failed, "\(pod.name) cannot run: \(problem)") }
        }
        try Task.checkCancellation()
        throw PlatformError(.failed, "the pod went before it had ended")
    }

    /// Each state of the pods of a selector, until one is deleted.
    private func pods(_ selector: String, _ namespace: String) -> AsyncThrowingStream<KubernetesObject, any Error> {
        let watch = client.watch(.pods, Selector(labels: selector), in: namespace)
        return AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    for try await event in watch {
                        switch event {
                        case .all(let all): for pod in all { continuation.yield(KubernetesObject(json: pod)) }
                        case .added(let pod), .modified(let pod): continuation.yield(KubernetesObject(json: pod))
                        case .deleted: return continuation.finish()
                        default: continue
                        }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Makes a pod, hands it over once it runs, and removes it however that ends.
    public func withPod<Value: Sendable>(_ order: OnceOrder, _ body: (PodPlace) async throws -> Value)
        async throws -> Value
    {
        try await translating {
            let (name, namespace) = (order.object.name, order.namespace)
            try await apply(order.needed)
            try await client.create(order.object.json, as: .pods, in: namespace)
            let client = client
            do {
                try await untilRunning(name, namespace)
                let container = order.object.json.at("spec", "containers")?.elements.first?["name"]?.text ?? ""
                let value = try await body(PodPlace(namespace: namespace, pod: name, container: container))
                await Task.detached { _ = try? await client.delete(.pods, name, in: namespace, graceSeconds: 0) }.value
                return value
            } catch {
                await Task.detached { _ = try? await client.delete(.pods, name, in: namespace, graceSeconds: 0) }.value
                throw error
            }
        }
    }

    private func untilRunning(_ name: String, _ namespace: String) async throws {
        for try await event in client.watch(.pods, Selector(fields: "metadata.name=\(name)"), in: namespace) {
            let pods: [JSONValue] =
                switch event {
                case .all(let all): all
                case .added(let pod), .modified(let pod): [pod]
                default: []
                }
            for pod in pods.map({ PodReading(KubernetesObject(json: $0), app: "") }) {
                if pod.isRunning { return }
                if let problem = pod.problem { throw PlatformError(.failed, "\(name) cannot run: \(problem)") }
            }
        }
        try Task.checkCancellation()
    }

    /// Runs a program in a container, and hands it over.
    public func exec<Value: Sendable>(
        _ words: [String], in place: PodPlace, hasTerminal: Bool, _ body: @escaping @Sendable (ExecSession) async throws -> Value
    ) async throws -> Value {
        try await translating {
            try await client.exec(
                ExecCommand(words, container: place.container, hasInput: true, hasTerminal: hasTerminal), in: place.pod,
                namespace: place.namespace, body: body)
        }
    }
}

/// A container of a pod.
public struct PodPlace: Hashable, Sendable {
    /// The pod's namespace.
    public var namespace: String
    /// The pod's name.
    public var pod: String
    /// The container's name.
    public var container: String

    /// Names one.
    public init(namespace: String, pod: String, container: String) {
        (self.namespace, self.pod, self.container) = (namespace, pod, container)
    }
}

extension PodReading {
    /// Whether its container runs.
    var isRunning: Bool { state("running") != nil }
    /// Whether it has written, or may have.
    var hasStarted: Bool { isRunning || state("terminated") != nil }
    /// How its container ended.
    var exitCode: Int32? { state("terminated")?["exitCode"]?.integer.flatMap { Int32(exactly: $0) } }
    /// Why it does not come to run.
    var problem: String? { lacksObject ? nil : trouble }

    /// Which object it refers to and does not have, as it seems.
    var lack: String? { lacksObject ? trouble : nil }

    private var lacksObject: Bool { state("waiting")?["reason"]?.text == "CreateContainerConfigError" }

    private var trouble: String? {
        let replica = replica(key: AppKey(app: "once"), revision: 0, port: 0, node: nil, hasRequests: false)
        return replica.phase == .backoff ? replica.reason : nil
    }

    private func state(_ name: String) -> JSONValue? {
        object.json.at("status", "containerStatuses")?.elements.first?.at("state", name)
    }
}
