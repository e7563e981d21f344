public import FleetModel
import JSONText
import KubernetesClient

extension ClusterPlatform {
    /// Wants another number of replicas of one process.
    public func scale(_ key: AppKey, process: String?, replicas: Int) async throws -> AppStatus {
        try await changing(key) { deployment, revision in
            guard (0...ProcessSpec.mostReplicas).contains(replicas) else {
                throw PlatformError(.invalidRequest, "\(replicas) replicas are not between 0 and \(ProcessSpec.mostReplicas)")
            }
            let names = deployment.scale.keys.sorted()
            guard let chosen = process ?? (names.count == 1 ? names[0] : nil), deployment.scale[chosen] != nil else {
                throw PlatformError(
                    .invalidRequest,
                    process.map { "'\(key.app)' has no process '\($0)'; it has \(names.joined(separator: ", "))" }
                        ?? "'\(key.app)' has several processes: \(names.joined(separator: ", "))",
                    hint: "beamctl scale \(key.app) \(replicas) --process \(names.first ?? AppSpec.plainProcess)")
            }
            guard revision.spec.processes[chosen]?.autoscale == nil else {
                throw PlatformError(
                    .invalidRequest, "an autoscaler says how many replicas \(chosen) of '\(key.app)' has",
                    hint: "set autoscale in beamctl.yml, then beamctl deploy")
            }
            deployment.scale[chosen] = replicas
            deployment.intent = .run
        }
    }

    /// Replaces every replica by a new one of the same revision.
    public func restart(_ key: AppKey) async throws -> AppStatus {
        try await changing(key) { deployment, _ in
            // What was stopped has nothing to replace.
            if deployment.intent == .run { deployment.generation += 1 }
            deployment.intent = .run
        }
    }

    /// Ends every replica and keeps everything else; returns when none is left.
    public func stop(_ key: AppKey) async throws {
        _ = try await changing(key) { deployment, _ in deployment.intent = .stop }
        try await translating { try await untilGone(key) }
    }

    /// Changes what is wanted of the same revision, writes it down, and applies the workloads anew.
    private func changing(
        _ key: AppKey, _ change: (inout Deployment, Revision) throws -> Void
    ) async throws -> AppStatus {
        try await translating {
            async let kept = keptApp(key)
            async let settings = keptSettings(key)
            async let served = servedVersions()
            let app = try await kept
            let revision = try app.wanted()
            guard app.deployment.intent != .destroy else {
                throw PlatformError(.invalidRequest, "'\(key.app)' is being destroyed", hint: "beamctl destroy \(key.app)")
            }
            var deployment = app.deployment
            try change(&deployment, revision)
            let rendered = try WantedObjects.render(
                deployment, revision, secrets: try await settings.values(of: revision.settings ?? Settings()),
                cookie: try await cookie(of: revision.spec, in: key.namespace), served: try await served)
            try await write(deployment, resourceVersion: app.resourceVersion)
            let scalers = rendered.objects.filter { $0.kind == "HorizontalPodAutoscaler" }
            // One that says how many there are would start again what is to stop.
            if deployment.intent != .run,
                let kind = try await APIResource.applied(served).first(where: { $0.kind == "HorizontalPodAutoscaler" })
            {
                for scaler in try await objects(kind, StateNames.selector(key.app), in: key.namespace) {
                    try await delete(scaler)
                }
            }
            try await apply(rendered.objects.filter(\.isWorkload) + scalers)
            return try await status(of: key)
        }
    }

    /// Waits until no pod of the app is left, but those that have ended and that nobody removes.
    func untilGone(_ key: AppKey) async throws {
        var left: Set<String> = []
        func note(_ pod: JSONValue, isThere: Bool) {
            let object = KubernetesObject(json: pod)
            let reading = PodReading(object, app: key.app)
            if isThere, object.isReplica, reading.isLeaving || !reading.hasEnded {
                left.insert(object.uid)
            } else {
                left.remove(object.uid)
            }
        }
        for try await event in client.watch(.pods, Selector(labels: StateNames.selector(key.app)), in: key.namespace) {
            switch event {
            case .all(let pods):
                left = []
                for pod in pods { note(pod, isThere: true) }
            case .added(let pod), .modified(let pod): note(pod, isThere: true)
            case .deleted(let pod): note(pod, isThere: false)
            default: continue
            }
            if left.isEmpty { return }
        }
        try Task.checkCancellation()
    }

    /// Ends every replica and removes exactly what was applied and kept for the app. Volumes stay, for what is on them cannot be made
    /// again. What the apps of a cluster share goes with the last of them.
    public func destroy(_ key: AppKey) async throws { try await destroy(key, volumes: []) }

    /// The same with volumes of it, once no pod uses them.
    ///
    /// - Parameter volumes: PersistentVolumeClaims, as ``volumes(of:)`` names them.
    public func destroy(_ key: AppKey, volumes: [String]) async throws {
        try await translating {
            let app = try await keptApp(key)
            let spec = try? app.wanted().spec
            var deployment = app.deployment
            if deployment.intent != .destroy {
                deployment.intent = .destroy
                try await write(deployment, resourceVersion: app.resourceVersion)
            }
            let all = try await explaining(key, spec) {
                try await everything(
                    of: key, try await servedVersions(),
                    needed: { kind in spec.map { Permissions.isNeeded(kind, by: $0) } ?? true })
            }
            // Last of all what says that there is an app: whoever is interrupted can destroy it again.
            let isLast = { (object: KubernetesObject) in
                object.name == StateNames.deployment(key.app) && object.kind == "ConfigMap"
            }
            for object in all where object.labels[StateNames.kindLabel] == nil { try await delete(object) }
            try await untilGone(key)
            for volume in volumes { try await client.delete(.claims, volume, in: key.namespace) }
            for object in all where object.labels[StateNames.kindLabel] != nil && !isLast(object) { try await forget(object) }
            if let cluster = spec?.cluster.name { try await deleteShared(cluster, key) }
            for object in all where isLast(object) { try await delete(object) }
        }
    }

    /// Removes what was kept. Of a Secret that somebody had made by hand only what was added goes.
    private func forget(_ object: KubernetesObject) async throws {
        guard object.kind == "Secret", object.annotations[StateNames.adoptedAnnotation] != nil else {
            return try await delete(object)
        }
        let bare = KubernetesObject("v1", "Secret", name: object.name, namespace: object.namespace ?? "", labels: [:], [:])
        try await apply(bare, options: ApplyOptions(force: true, manager: StateNames.secretsManager))
    }

    /// The PersistentVolumeClaims that the app's StatefulSets have made, by name: those that their names and labels say so of.
    public func volumes(of key: AppKey) async throws -> [String] {
        try await translating {
            let app = try await keptApp(key)
            let patterns = VolumeNames(app.revisions.map(\.spec))
            return try await objects(.claims, "\(ObjectNames.instanceLabel)=\(key.app)", in: key.namespace)
                .filter { patterns.isOurs($0) }.map(\.name).sorted()
        }
    }

    private func deleteShared(_ cluster: String, _ key: AppKey) async throws {
        let maps = try await objects(.configMaps, StateNames.selector(nil, [.revision, .deployment]), in: key.namespace)
        let others = KeptApp.read(maps).filter { app in
            app.deployment.key != key && (try? app.wanted().spec.clusterName) == cluster
        }
        guard others.isEmpty else { return }
        let selector = "\(StateNames.selector(nil)),\(ObjectNames.clusterLabel)=\(cluster)"
        for resource in [APIResource.services, .secrets] {
            for object in try await objects(resource, selector, in: key.namespace) { try await delete(object) }
        }
    }
}

/// How a StatefulSet names the claims that it makes: `<volume>-<workload>-<number>`.
struct VolumeNames {
    /// By process: what the names begin with.
    private var beginnings: [String: Set<String>] = [:]

    /// - Parameter specs: The manifests of all revisions: a process of an older one may have left volumes.
    init(_ specs: [AppSpec]) {
        for spec in specs {
            let names = ObjectNames(spec)
            for (process, its) in spec.processes where its.identity == .stable {
                for volume in its.volumes.keys {
                    beginnings[process, default: []].insert("\(volume)-\(names.workload(process))-")
                }
            }
        }
    }

    /// Whether a claim is one of these.
    func isOurs(_ claim: KubernetesObject) -> Bool {
        (beginnings[claim.labels[ObjectNames.componentLabel] ?? ""] ?? []).contains { beginning in
            let rest = claim.name.dropFirst(beginning.count)
            return claim.name.hasPrefix(beginning) && !rest.isEmpty && rest.allSatisfy { ("0"..."9").contains($0) }
        }
    }
}
