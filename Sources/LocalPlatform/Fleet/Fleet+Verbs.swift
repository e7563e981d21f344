public import FleetModel
import FleetStore
import Logging

extension Fleet {
    /// Makes a revision and wants it. Throws when it cannot be written down.
    public func deploy(_ request: DeployRequest) throws -> Revision {
        let key = AppKey(namespace: request.namespace, app: request.spec.app)
        try Self.check(request)
        if deployments[key]?.intent == .destroy {
            throw PlatformError(.invalidRequest, "'\(key.app)' is being destroyed", hint: "beamctl deploy again in a moment")
        }
        guard files.has(release: request.release.digest) else {
            throw PlatformError(
                .invalidRequest,
                "the release \(request.release.digest.prefix(12)) of '\(key.app)' is not where replicas run from",
                hint: "beamctl deploy again, which puts it there")
        }
        try checkHosts(request.spec, key)
        if request.spec.runtime == .docker, request.release.image == nil || containers?.network == nil {
            throw PlatformError(
                .invalidRequest, "'\(key.app)' has runtime: docker, and there is no image of its release",
                hint: "beamctl deploy, which makes one")
        }
        if let id = request.id, let made = revisions[key]?.last(where: { $0.request == id }) { return made }
        let settings = settings[key] ?? Settings()
        try check(request.spec, settings, of: key)
        let revision = Revision(
            number: nextRevision(of: key), release: request.release, spec: request.spec, settings: settings,
            origin: request.origin, createdAt: world.now(), request: request.id)
        let deployment = Deployment(
            key: key, revision: revision.number, generation: deployments[key]?.generation ?? 0,
            scale: request.spec.processes.mapValues(\.replicas), rollout: request.spec.rollout)
        try store.save(deployment, newRevision: revision)
        want(deployment, revision)
        removeLeftovers()
        return revision
    }

    func removeLeftovers() {
        files.removeLeftovers(keeping: neededReleases)
        Task { await tidyContainers() }
    }

    /// Removes what is kept for containers and not needed any more. Apps without containers have none of it.
    func tidyContainers() async {
        guard let containers, containers.network != nil else { return }
        let (all, kept) = (revisions.values.joined(), neededReleases)
        let needed = Set(all.filter { kept.contains($0.release.digest) }.compactMap(\.release.image))
        // What cannot be removed now is removed the next time.
        guard await containers.silence() == nil else { return }
        let gone = forgottenImages.union(all.compactMap(\.release.image)).subtracting(needed)
        // A deploy that has made everything ready, and is not written down yet, must find it: only the end of an app takes it away.
        let isLast = !forgottenImages.isEmpty && !all.contains { $0.spec.runtime == .docker }
        forgottenImages = []
        await containers.tidy(removing: gone, all: isLast)
    }

    /// Where the image of a release has to be put. Throws `invalid_request` when containers cannot run here.
    public func imageIntake() async throws -> ImageIntake {
        guard let containers else { throw PlatformError(.invalidRequest, "this platform runs no containers") }
        return try await containers.prepare()
    }

    /// The address of a container as there may be one, and of the name server for it; nil where there can be none.
    public var containerAddresses: (replica: String, nameServer: String)? {
        containers?.expectedNetwork.map { ($0.firstAddress, $0.gateway) }
    }

    func nextRevision(of key: AppKey) -> Int { (revisions[key]?.last?.number ?? 0) + 1 }

    /// A new revision is wanted, and written down.
    func want(_ deployment: Deployment, _ revision: Revision) {
        deployments[deployment.key] = deployment
        revisions[deployment.key, default: []].append(revision)
        settle(deployment.key)
    }

    /// Names become paths and DNS labels, whoever sent them.
    static func check(_ request: DeployRequest) throws {
        for name in [request.namespace, request.spec.app] + request.spec.processes.keys {
            if let problem = DNSLabel.problem(with: name) {
                throw PlatformError(.invalidRequest, "the name '\(name)' \(problem)")
            }
        }
        for process in request.spec.processes.values { try check(replicas: process.replicas) }
    }

    /// A host name leads to one app.
    func checkHosts(_ spec: AppSpec, _ key: AppKey) throws {
        for (other, deployment) in deployments where other != key {
            let theirs = (try? revision(deployment.revision, of: other))?.spec.hosts ?? []
            guard let host = spec.hosts.first(where: { theirs.contains($0) || $0 == HostName.local(other) }) else { continue }
            throw PlatformError(
                .invalidRequest, "the host \(host) of '\(key.app)' is that of '\(other.app)' already",
                hint: "give it a host of its own (an environment may override host); beamctl status \(other.app)"
                    + (other.namespace == AppKey.defaultNamespace ? "" : " -n \(other.namespace)") + " shows whose it is")
        }
    }

    /// The hosts under which apps are reached: those of their manifests, and those of this machine.
    public var hosts: Set<String> {
        Set(
            deployments.flatMap { key, deployment in
                ((try? revision(deployment.revision, of: key))?.spec.hosts ?? []) + [HostName.local(key)]
            })
    }

    private static func check(replicas count: Int) throws {
        guard (0...ProcessSpec.mostReplicas).contains(count) else {
            throw PlatformError(.invalidRequest, "\(count) replicas are not between 0 and \(ProcessSpec.mostReplicas)")
        }
    }

    /// The app as it is now. Throws `app_not_found`.
    public func status(of key: AppKey) throws -> AppStatus {
        _ = try deployment(of: key)
        return try snapshot(of: key)
    }

    /// The same, and whether what runs its containers answers: that is asked, for one that is silent tells nobody. Throws `app_not_found`.
    public func report(of key: AppKey) async throws -> AppStatus {
        let now = try status(of: key)
        guard now.runtimeProblem == nil, now.revision.spec.runtime == .docker, !now.replicas.isEmpty,
            let silence = await containers?.silence()
        else { return now }
        var status = try status(of: key)
        status.runtimeProblem = status.runtimeProblem ?? silence
        return status
    }

    /// The same, for an app that is being destroyed too.
    func snapshot(of key: AppKey) throws -> AppStatus {
        guard let deployment = deployments[key] else { throw noApp(key) }
        let replicas = replicas(of: key)
        var status = AppStatus(
            deployment: deployment, revision: try revision(deployment.revision, of: key), replicas: replicas,
            mesh: mesh(of: key))
        status.problem = problems[key]
        status.runtimeProblem = replicas.lazy.compactMap { self.unheard[$0.name] }.first
        if status.revision.spec.processes.values.contains(where: { $0.http != nil }) {
            status.urls = (status.revision.spec.hosts + [HostName.local(key)]).compactMap(entrance.url)
            status.entranceProblem = entrance.state.problem
        }
        return status
    }

    /// Every app, or those of one namespace, by key.
    public func list(namespace: String?) -> [AppStatus] {
        deployments.keys.filter { namespace == nil || $0.namespace == namespace }.sorted().compactMap { try? status(of: $0) }
    }

    /// The app now and after each change.
    public func watch(_ key: AppKey) throws -> AsyncStream<AppStatus> {
        listen(to: key, first: try status(of: key))
    }

    private func listen(to key: AppKey, first: AppStatus) -> AsyncStream<AppStatus> {
        watchers.add(key, first: first) { id in
            Task { await self.forgetWatcher(key, id) }
        }
    }

    private func forgetWatcher(_ key: AppKey, _ id: Int) {
        watchers.remove(key, id)
    }

    /// Wants another number of replicas of one process.
    public func scale(_ key: AppKey, process: String?, replicas count: Int) throws -> AppStatus {
        var deployment = try deployment(of: key)
        try Self.check(replicas: count)
        deployment.scale[try Self.process(process, of: deployment)] = count
        deployment.intent = .run
        return try want(deployment)
    }

    private static func process(_ name: String?, of deployment: Deployment) throws -> String {
        let names = deployment.scale.keys.sorted()
        if let name {
            guard names.contains(name) else {
                throw PlatformError(
                    .invalidRequest, "'\(deployment.key.app)' has no process '\(name)'; it has \(names.joined(separator: ", "))")
            }
            return name
        }
        guard names.count == 1, let only = names.first else {
            throw PlatformError(
                .invalidRequest, "'\(deployment.key.app)' has several processes: \(names.joined(separator: ", "))",
                hint: "name one with --process")
        }
        return only
    }

    /// Wants every replica replaced by a new one of the same revision.
    public func restart(_ key: AppKey) throws -> AppStatus {
        var deployment = try deployment(of: key)
        deployment.generation += 1
        deployment.intent = .run
        return try want(deployment)
    }

    /// Wants no replica, and forgets nothing.
    public func stop(_ key: AppKey) throws {
        end(try deployment(of: key), intent: .stop)
    }

    /// Wants no replica, and nothing kept.
    public func destroy(_ key: AppKey) throws {
        end(try deployment(of: key), intent: .destroy)
    }

    /// Ending must work on a full disk too: it is what makes room. What cannot be written down now is written when a replica's
    /// folder is gone.
    private func end(_ deployment: Deployment, intent: Deployment.Intent) {
        var ending = deployment
        ending.intent = intent
        deployments[ending.key] = ending
        unwritten.insert(ending.key)
        writeWhatIsUnwritten()
        settle(ending.key)
    }

    /// Writes deployments that could not be written before.
    func writeWhatIsUnwritten() {
        for key in unwritten {
            do {
                if let deployment = deployments[key] { try store.save(deployment) }
                unwritten.remove(key)
            } catch {
                log.error("not written down", metadata: ["app": "\(key)", "error": "\(error)"])
            }
        }
    }

    private func want(_ deployment: Deployment) throws -> AppStatus {
        try store.save(deployment)
        deployments[deployment.key] = deployment
        settle(deployment.key)
        return try status(of: deployment.key)
    }

    private func settle(_ key: AppKey) {
        problems[key] = nil
        reconcile(key)
        changed(key)
    }

    /// Returns when no replica of the app is left; of one that is being destroyed, when it is forgotten.
    public func untilNone(_ key: AppKey) async {
        // Without a replica it was forgotten at once.
        guard let now = try? snapshot(of: key) else { return await tidyContainers() }
        for await status in listen(to: key, first: now) where status.replicas.isEmpty && status.deployment.intent != .destroy {
            return
        }
        // It is forgotten: what only it needed goes, too.
        await tidyContainers()
    }

    /// How to run a command of the release's script beside the app's replicas.
    public func oneOff(_ key: AppKey, _ command: OneOff) throws -> ProgramCall {
        _ = try deployment(of: key)
        let replica = try replica(for: command, of: key)
        let revision = try revision(replica.revision, of: key)
        return try runtime(of: replica).call(command, beside: replica, of: revision, try inputs(for: replica, of: revision))
    }

    private func replica(for command: OneOff, of key: AppKey) throws -> Replica {
        let all = replicas(of: key)
        if let name = command.replica {
            guard let named = all.first(where: { $0.name == name || $0.node == name }) else {
                throw PlatformError(.replicaNotFound, "'\(key.app)' has no replica '\(name)'", hint: "beamctl status \(key.app)")
            }
            return named
        }
        guard let any = all.first else {
            throw PlatformError(.replicaNotFound, "'\(key.app)' has no replica", hint: "beamctl scale \(key.app) 1")
        }
        if let ready = all.first(where: { $0.phase == .ready }) { return ready }
        guard let alive = all.first(where: { $0.phase == .starting || $0.phase == .unready }) else {
            throw PlatformError(
                .replicaNotFound,
                "no replica of '\(key.app)' runs: \(any.name) is \(any.phase.rawValue): \(any.reason ?? "not started")",
                hint: "beamctl logs \(key.app)")
        }
        return alive
    }
}

extension Fleet {
    /// Ends every replica of every app; desired counts and revisions stay. Returns when none is left, or false when who asked has gone
    /// before: they go on to end.
    public func stopEverything() async -> Bool {
        let keys = deployments.keys.sorted()
        for key in keys { try? stop(key) }
        for key in keys { await untilNone(key) }
        guard !Task.isCancelled, replicas.isEmpty else { return false }
        if let containers, containers.network != nil {
            await containers.endTrials()
            // What a first deploy that failed has made ready belongs to no app that could be destroyed.
            let isUsed = revisions.values.joined().contains { $0.spec.runtime == .docker }
            if !isUsed { await containers.tidy(removing: [], all: true) }
        }
        let strangers = await files.endStrangers()
        if !strangers.isEmpty {
            log.warning("ended, though unknown", metadata: ["replicas": "\(strangers.joined(separator: ", "))"])
        }
        return true
    }
}
