public import FleetModel
import KubernetesClient

/// Follows one app: its status is put together anew whenever an object of it changes, and once its replicas are what is wanted, its
/// nodes are asked until they see each other.
struct StatusWatch {
    let platform: ClusterPlatform
    let key: AppKey

    /// What is watched.
    private enum Source: CaseIterable {
        case maps, pods, deployments, statefulSets, replicaSets, controllerRevisions
    }

    private enum Happening: Sendable {
        case event(Source, WatchEvent)
        /// What the nodes of these replicas said; nil: they may not be asked.
        case mesh(of: [Replica], MeshReport?)
    }

    /// How long after nodes did not see each other they are asked again.
    private static let meshRhythm = Duration.milliseconds(100)

    /// Tells each status that differs from the one before, until the task ends or the app is gone.
    func run(_ tell: @escaping @Sendable (AppStatus) -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (happenings, teller) = AsyncStream<Happening>.makeStream()
            for source in Source.allCases {
                group.addTask {
                    for try await event in events(of: source) { teller.yield(.event(source, event)) }
                }
            }
            group.addTask { try await follow(happenings, teller, tell) }
            // The watches only end with an error; the follower ends when there is nothing left to follow.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func events(of source: Source) -> ObjectWatch {
        let own = Selector(labels: StateNames.selector(key.app))
        let resource: APIResource =
            switch source {
            case .maps: .configMaps
            case .pods: .pods
            case .deployments: .deployments
            case .statefulSets: .statefulSets
            case .replicaSets: .replicaSets
            case .controllerRevisions: .controllerRevisions
            }
        let kept = Selector(labels: StateNames.selector(key.app, [.revision, .deployment]))
        return platform.client.watch(resource, source == .maps ? kept : own, in: key.namespace)
    }

    private func follow(
        _ happenings: AsyncStream<Happening>, _ teller: AsyncStream<Happening>.Continuation,
        _ tell: @escaping @Sendable (AppStatus) -> Void
    ) async throws {
        var seen = SeenObjects()
        var asked: (replicas: [Replica], task: Task<Void, Never>)?
        var asking: Task<NodeAsking?, any Error>?
        var mesh: MeshReport?
        var last: AppStatus?
        var completed: (number: Int, writing: Task<Void, Never>)?
        defer { asked?.task.cancel() }
        for await happening in happenings {
            switch happening {
            case .event(let source, let event): seen.take(event, of: "\(source)")
            case .mesh(let replicas, let report):
                guard replicas == asked?.replicas else { continue }
                mesh = report
            }
            guard seen.sources == Source.allCases.count else { continue }
            guard let app = KeptApp.read(seen.objects("maps")).first else {
                guard last != nil else { throw ClusterPlatform.notFound(key) }
                return
            }
            guard var status = state(app, seen).status() else { continue }
            guard status.rollout.isComplete, status.rollout.wanted > 0 else {
                asked?.task.cancel()
                (asked, mesh) = (nil, nil)
                tellOnce(status, &last, tell)
                let booted = booted(status, seen)
                if !booted.isEmpty { connect(booted, over: asker(of: status.revision.spec, &asking)) }
                continue
            }
            let number = status.revision.number
            if completed?.number != number, status.revision.completedAt == nil {
                completed = (number, Task { await platform.complete(number, of: key, at: .present) })
            }
            guard status.revision.spec.cluster.discovery != .none else {
                await completed?.writing.value
                tellOnce(status, &last, tell)
                continue
            }
            if asked?.replicas != status.replicas {
                asked?.task.cancel()
                mesh = nil
                let (replicas, asker) = (status.replicas, asker(of: status.revision.spec, &asking))
                asked = (replicas, Task { await askUntilFull(replicas, over: asker) { teller.yield(.mesh(of: replicas, $0)) } })
                continue
            }
            status.mesh = mesh
            // Whoever waits for the mesh may end with this.
            await completed?.writing.value
            // Whoever waits takes a status without a mesh for one that has none.
            if case .mesh = happening { tellOnce(status, &last, tell) } else if mesh != nil { tellOnce(status, &last, tell) }
        }
        try Task.checkCancellation()
    }

    private func tellOnce(_ status: AppStatus, _ last: inout AppStatus?, _ tell: @Sendable (AppStatus) -> Void) {
        guard status != last else { return }
        last = status
        tell(status)
    }

    private func state(_ app: KeptApp, _ seen: SeenObjects) -> ClusterState {
        ClusterState(
            app,
            ClusterPlatform.Observed(
                pods: seen.objects("pods"), workloads: seen.objects("deployments") + seen.objects("statefulSets"),
                replicaSets: seen.objects("replicaSets"), controllerRevisions: seen.objects("controllerRevisions")))
    }

    // MARK: The mesh

    /// What asks the nodes, made once; nil where there is no distribution.
    private func asker(of spec: AppSpec, _ known: inout Task<NodeAsking?, any Error>?) -> Task<NodeAsking?, any Error> {
        if let known { return known }
        let new = Task {
            let cookies = try await platform.objects(
                .secrets, StateNames.selector(nil, [.cookie]), in: key.namespace)
            return try platform.asking(spec, among: cookies)
        }
        known = new
        return new
    }

    /// The wanted replicas whose nodes are up, though others may still be on their way.
    private func booted(_ status: AppStatus, _ seen: SeenObjects) -> [Replica] {
        guard status.rollout.wanted > 0, status.revision.spec.cluster.discovery != .none else { return [] }
        let names = Set(seen.objects("pods").filter { PodReading($0, app: key.app).hasBooted }.map(\.name))
        return status.replicas.filter { $0.revision == status.revision.number && names.contains($0.name) }
    }

    /// Connects to nodes before they have to be asked, so that the end of a rollout waits for answers alone.
    private func connect(_ replicas: [Replica], over asker: Task<NodeAsking?, any Error>) {
        Task { await (try? asker.value)??.connect(replicas) }
    }

    /// Asks the nodes until all see each other; tells each answer.
    private func askUntilFull(
        _ replicas: [Replica], over asker: Task<NodeAsking?, any Error>, _ tell: (MeshReport?) -> Void
    ) async {
        do {
            guard let asking = try await asker.value else { return tell(nil) }
            while !Task.isCancelled {
                let answers = await asking.ask(replicas)
                if answers.values.contains(where: Self.isForbidden) { return tell(nil) }
                let report = MeshReport(of: replicas, answers)
                tell(report)
                if report.full { break }
                try await Task.sleep(for: Self.meshRhythm)
            }
            await asking.close()
        } catch is CancellationError {
            return
        } catch {
            // The replicas are ready all the same.
            tell(nil)
        }
    }

    /// A right that is missing does not come by asking again.
    private static func isForbidden(_ answer: Result<NodeReport, any Error>) -> Bool {
        if case .failure(let error as KubernetesError) = answer { error.code == .forbidden } else { false }
    }
}

/// Objects by where they were seen.
private struct SeenObjects {
    private var bySource: [String: WatchedObjects] = [:]

    /// How many sources have told all that they have.
    var sources: Int { bySource.values.count { $0.all != nil } }

    func objects(_ source: String) -> [KubernetesObject] { bySource[source]?.all ?? [] }

    mutating func take(_ event: WatchEvent, of source: String) {
        _ = bySource[source, default: WatchedObjects()].take(event)
    }
}

extension ClusterPlatform {
    /// The app as it is now, and again after each change, until the reader stops or the app is gone.
    public func watch(_ key: AppKey) -> AsyncThrowingStream<AppStatus, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await StatusWatch(platform: self, key: key).run { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: PlatformError.translating(error))
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}
