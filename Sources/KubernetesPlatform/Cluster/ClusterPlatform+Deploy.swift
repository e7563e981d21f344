public import FleetModel
import JSONText
import KubernetesClient

extension ClusterPlatform {
    /// Makes a revision, writes it down in the cluster, and applies its objects. Nothing is written before the server has said that it
    /// would take every one of them.
    public func deploy(_ request: DeployRequest) async throws -> Revision {
        try await translating {
            if var plan = request.id.flatMap({ rehearsals.take($0) }) {
                plan.revision.createdAt = .present
                if try await carryOut(plan) { return plan.revision }
            }
            let (app, set) = try await known(request)
            if let made = app?.made(by: request) { return made }
            return try await want(
                try desired(request, app), revision(of: request, app, set), app, try await adopted(set, request.key),
                served: try await servedVersions())
        }
    }

    /// Finds out all that ``deploy(_:)`` has to know before its first write, and has the server say whether it would take what would be
    /// applied. Writes nothing, so that it may be done while the configuration is still being tried.
    public func rehearse(_ request: DeployRequest) async throws {
        try await translating {
            guard let id = request.id else { return }
            let changes = rehearsals.changes(of: request.key)
            async let served = servedVersions()
            async let cookie = explaining(request.key) {
                try await object(.secrets, StateNames.cookie(request.spec.clusterName), in: request.namespace)
            }
            let (app, set) = try await known(request)
            let kept = try await cookie.map { KeptCookie($0) }
            // What was made by hand is made ours first.
            if app?.made(by: request) != nil || set.isUntouched || kept == .some(nil) { return }
            let plan = try await plan(
                try desired(request, app), revision(of: request, app, set), app, set, cookie: kept ?? nil,
                served: try await served)
            rehearsals.keep(plan, of: id, begunAt: changes)
        }
    }

    /// What is there before a deploy: the app, and what is set beside its manifest.
    private func known(_ request: DeployRequest) async throws -> (KeptApp?, KeptSettings) {
        try await explaining(request.key, request.spec) {
            async let present = kept(request.key)
            async let settings = keptSettings(request.key)
            return try await (present, settings)
        }
    }

    private func revision(of request: DeployRequest, _ app: KeptApp?, _ set: KeptSettings) -> Revision {
        Revision(
            number: app?.nextNumber ?? 1, release: request.release, spec: request.spec, settings: set.settings,
            origin: request.origin, createdAt: .present, request: request.id)
    }

    private func desired(_ request: DeployRequest, _ app: KeptApp?) throws -> Deployment {
        guard app?.deployment.intent != .destroy else {
            throw PlatformError(
                .invalidRequest, "'\(request.spec.app)' is being destroyed",
                hint: "beamctl destroy \(request.spec.app) again, then deploy")
        }
        return Deployment(
            key: request.key, revision: app?.nextNumber ?? 1, generation: app?.deployment.generation ?? 0,
            scale: request.spec.processes.mapValues(\.replicas), rollout: request.spec.rollout)
    }

    /// Makes a revision that brings an older one back.
    public func rollback(_ key: AppKey, _ request: RollbackRequest) async throws -> Revision {
        try await translating {
            let app = try await keptApp(key)
            if let id = request.id, let made = app.revisions.last(where: { $0.request == id }) { return made }
            let history = try await history(of: key)
            let target = try history.target(of: request.to)
            let revision = Revision(
                number: app.nextNumber, release: target.release, spec: target.spec, settings: target.settings,
                origin: RevisionOrigin(user: request.user, commit: target.origin.commit, isDirty: target.origin.isDirty),
                createdAt: .present, request: request.id, restores: target.number)
            var deployment = app.deployment
            deployment.scale = deployment.scale(bringingBack: target.spec, after: try app.wanted().spec)
            deployment.revision = revision.number
            deployment.intent = .run
            deployment.rollout = target.spec.rollout
            try await want(deployment, revision, app, try await keptSettings(key), served: try await servedVersions())
            return revision
        }
    }

    /// Writes a new revision down and applies it.
    @discardableResult
    func want(
        _ deployment: Deployment, _ revision: Revision, _ app: KeptApp?, _ settings: KeptSettings, served: ServedVersions
    ) async throws -> Revision {
        for _ in 0..<2 {
            let cookie = try await explaining(deployment.key, revision.spec) {
                try await keptCookie(of: revision.spec, in: deployment.key.namespace)
            }
            let plan = try await plan(deployment, revision, app, settings, cookie: cookie, served: served)
            if try await carryOut(plan) { return plan.revision }
        }
        throw Self.unsteadyCookie(of: revision.spec, in: deployment.key.namespace)
    }

    /// Renders a revision, has the server say whether it would take it, and finds what it leaves behind. Writes nothing.
    ///
    /// - Parameter cookie: That of its cluster; nil: there is none yet.
    private func plan(
        _ deployment: Deployment, _ revision: Revision, _ app: KeptApp?, _ settings: KeptSettings, cookie: KeptCookie?,
        served: ServedVersions
    ) async throws -> DeployPlan {
        let key = deployment.key
        let new = cookie == nil ? Self.newCookie(of: revision.spec, in: key.namespace) : nil
        let rendered = try WantedObjects.render(
            deployment, revision, secrets: try settings.values(of: revision.settings ?? Settings()),
            cookie: cookie ?? new.flatMap(KeptCookie.init), served: served)
        let stale = try await explaining(key, revision.spec) {
            async let stale = leftovers(of: key, beside: rendered, app, revision, served)
            async let foreign: Void = demand(secrets: revision.spec.secretsFrom, in: key.namespace)
            // The Job of the release command has run already.
            try await tryOut(rendered.objects.filter { $0.kind != "Job" }, key)
            try await foreign
            return try await stale
        }
        return DeployPlan(
            deployment: deployment, revision: revision, resourceVersion: app?.resourceVersion, cookie: new,
            objects: rendered.objects, stale: stale)
    }

    /// Does what was planned. False, and nothing is written, when the cluster has got another cookie meanwhile.
    private func carryOut(_ plan: DeployPlan) async throws -> Bool {
        let key = plan.deployment.key
        if let cookie = plan.cookie {
            do {
                try await client.create(cookie.json, as: .secrets, in: key.namespace)
            } catch let error as KubernetesError where error.code == .alreadyExists {
                return false
            }
        }
        async let content: Void = apply(all: plan.objects.filter(\.isContent))
        try await create(try plan.revision.object(key, objects: plan.objects))
        try await content
        try await write(plan.deployment, resourceVersion: plan.resourceVersion)
        try await apply(plan.objects.filter { !$0.isContent })
        for object in plan.stale { try await delete(object) }
        return true
    }

    // MARK: Writing

    func create(_ object: KubernetesObject) async throws {
        guard let resource = APIResource(of: object) else { return }
        do {
            try await client.create(object.json, as: resource, in: object.namespace)
        } catch let error as KubernetesError where error.code == .alreadyExists {
            throw PlatformError(
                .invalidRequest, "somebody else has made \(object.kind) '\(object.name)' meanwhile",
                hint: "the same again: it begins with what is there now")
        }
    }

    /// Writes down what is wanted, unless somebody has changed it since it was read.
    func write(_ deployment: Deployment, resourceVersion: String?) async throws {
        let object = try deployment.object(resourceVersion: resourceVersion)
        guard resourceVersion != nil else { return try await create(object) }
        try await apply(object, options: ApplyOptions(force: true))
    }

    func apply(_ object: KubernetesObject, options: ApplyOptions) async throws {
        guard let resource = APIResource(of: object) else {
            throw PlatformError(.failed, "nothing of kind \(object.kind) is ever applied")
        }
        do {
            try await client.apply(object.json, as: resource, in: object.namespace, options: options)
        } catch let error as KubernetesError where error.code == .conflict && error.conflicts.isEmpty {
            throw PlatformError(
                .invalidRequest, "somebody else has changed \(object.kind) '\(object.name)' meanwhile",
                hint: "the same again: it begins with what is there now")
        }
    }

    /// Applies objects: first what others refer to, all at once, then the others.
    func apply(_ objects: [KubernetesObject]) async throws {
        // What runs once has run before: its release command is not for the replicas.
        let wanted = objects.filter { $0.kind != "Job" }
        try await leaveScale(of: wanted)
        let later: Set = ["Deployment", "StatefulSet", "PodDisruptionBudget", "HorizontalPodAutoscaler", "Ingress"]
        for part in [wanted.filter { !later.contains($0.kind) }, wanted.filter { later.contains($0.kind) }] {
            try await apply(all: part)
        }
    }

    private func apply(all objects: [KubernetesObject]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for object in objects {
                group.addTask { try await apply(object, options: ApplyOptions(force: forcesConflicts || object.isContent)) }
            }
            try await group.waitForAll()
        }
    }

    /// A number of replicas that is ours no longer, but an autoscaler's, stays as it is: a field that its last owner gives up goes back
    /// to its default, and that is one replica.
    private func leaveScale(of objects: [KubernetesObject]) async throws {
        for object in objects where object.isWorkload && object.json.at("spec", "replicas") == nil {
            guard let resource = APIResource(of: object),
                let there = try await self.object(resource, object.name, in: object.namespace ?? ""),
                let count = there.json.at("spec", "replicas"), there.ownsScale(ObjectNames.fieldManager)
            else { continue }
            let scale = KubernetesObject(
                object.apiVersion, object.kind, name: object.name, namespace: object.namespace ?? "", labels: [:],
                ["spec": ["replicas": count]])
            try await apply(scale, options: ApplyOptions(force: true, manager: StateNames.scaleManager))
        }
    }

    func delete(_ object: KubernetesObject, propagation: Propagation = .background) async throws {
        guard let resource = APIResource(of: object) else { return }
        try await client.delete(
            resource, object.name, in: object.namespace, propagation: propagation, uid: object.uid.isEmpty ? nil : object.uid)
    }

    // MARK: Before anything is written

    /// Has the server say what would become of every object; all that it refuses is told.
    private func tryOut(_ objects: [KubernetesObject], _ key: AppKey) async throws {
        let refusals = try await withThrowingTaskGroup(of: (Int, KubernetesError)?.self) { group -> [(Int, KubernetesError)] in
            for (place, object) in objects.enumerated() {
                guard let resource = APIResource(of: object) else { continue }
                let options = ApplyOptions(force: forcesConflicts || object.isContent, dryRun: true)
                group.addTask {
                    do {
                        try await client.apply(object.json, as: resource, in: object.namespace, options: options)
                        return nil
                    } catch let error as KubernetesError {
                        return (place, error)
                    }
                }
            }
            var all: [(Int, KubernetesError)] = []
            for try await one in group { if let one { all.append(one) } }
            return all
        }
        let failures = refusals.sorted { $0.0 < $1.0 }.map { $0.1 }
        guard let first = failures.first else { return }
        if let forbidden = failures.first(where: { $0.code == .forbidden }) { throw forbidden }
        var error = PlatformError(first)
        if failures.count > 1 { error.message += "; and \(failures.count - 1) more of its objects are refused" }
        throw error
    }

    /// What is there of an app and belongs to nothing that is wanted or kept.
    private func leftovers(
        of key: AppKey, beside rendered: AppObjects, _ app: KeptApp?, _ revision: Revision, _ served: ServedVersions
    ) async throws -> [KubernetesObject] {
        let keptNumbers = Set((app?.revisions ?? []).map(\.number).suffix(Revision.kept - 1) + [revision.number])
        let keptContent = (app?.objects ?? [:]).filter { keptNumbers.contains($0.key) }.values.reduce(into: Set()) {
            $0.formUnion($1)
        }
        let needed = Set(rendered.objects.map(\.reference)).union(keptContent)
        let there = try await everything(of: key, served, needed: { Permissions.isNeeded($0, by: revision.spec) })
        return there.filter { object in
            switch object.labels[StateNames.kindLabel].flatMap(StateNames.Kind.init) {
            case .revision:
                !keptNumbers.contains(object.annotations[ObjectNames.revisionAnnotation].flatMap { Int($0) } ?? 0)
            case nil: object.labels[StateNames.kindLabel] == nil && !needed.contains(object.reference)
            default: false
            }
        }
    }

    /// Everything that is kept and applied for an app. Of kinds that are not needed there may be none that one may see.
    func everything(
        of key: AppKey, _ served: ServedVersions, needed: @escaping @Sendable (_ kind: String) -> Bool
    ) async throws -> [KubernetesObject] {
        try await withThrowingTaskGroup(of: [KubernetesObject].self) { group in
            for resource in APIResource.applied(served) {
                group.addTask {
                    do {
                        return try await objects(resource, StateNames.selector(key.app), in: key.namespace)
                    } catch let error as KubernetesError where error.code == .forbidden && !needed(resource.kind) {
                        return []
                    }
                }
            }
            return try await group.reduce([], +)
        }.filter { $0.labels["job-name"] == nil }
    }

    /// Does what comes before the first write; a permission that is missing is told together with all others that are.
    func explaining<Value>(_ key: AppKey, _ spec: AppSpec? = nil, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as KubernetesError where error.code == .forbidden {
            let missing = (try? await client.missing(Permissions.deploying(in: key.namespace, spec))) ?? []
            guard !missing.isEmpty else { throw error }
            throw PlatformError(
                Self.forbidden,
                "the user of context \(client.access.context) may not, in namespace \(key.namespace): \(Permissions.summary(missing))",
                hint: "kubectl auth can-i --list -n \(key.namespace); ask whoever runs the cluster for these rights")
        } catch let error as KubernetesError where error.code == .notFound {
            throw PlatformError(
                .invalidRequest, "there is no namespace '\(key.namespace)' in \(place)",
                hint: "kubectl create namespace \(key.namespace)")
        }
    }

    /// A right is missing in the cluster.
    public static let forbidden = PlatformError.Code(rawValue: "kubernetes_forbidden")
}

extension KubernetesObject {
    /// Whether somebody has applied the number of replicas.
    fileprivate func ownsScale(_ manager: String) -> Bool {
        let entries = json.at("metadata", "managedFields")?.elements ?? []
        return entries.contains {
            $0["manager"]?.text == manager && $0.at("fieldsV1", "f:spec", "f:replicas") != nil
        }
    }
}
