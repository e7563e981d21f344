public import FleetModel
import FleetStore
import Logging

extension Fleet {
    /// Every revision of an app.
    public func history(of key: AppKey) throws -> History {
        let wanted = try deployment(of: key).revision
        let revisions = revisions[key] ?? []
        let kept = Set(revisions.map(\.release.digest)).filter(files.has(release:))
        return History(key: key, wanted: wanted, revisions: revisions, keptReleases: kept)
    }

    /// Makes a revision that brings an older one back, and wants it.
    public func rollback(_ key: AppKey, _ request: RollbackRequest) throws -> Revision {
        if let id = request.id, let made = revisions[key]?.last(where: { $0.request == id }) { return made }
        let target = try history(of: key).target(of: request.to)
        var origin = target.origin
        origin.user = request.user
        let restored = target.settings ?? Settings()
        try check(target.spec, restored, of: key)
        let revision = Revision(
            number: nextRevision(of: key), release: target.release, spec: target.spec, settings: restored, origin: origin,
            createdAt: world.now(), request: request.id, restores: target.number)
        var deployment = try deployment(of: key)
        let present = try self.revision(deployment.revision, of: key).spec
        deployment.revision = revision.number
        deployment.intent = .run
        deployment.rollout = target.spec.rollout
        deployment.scale = deployment.scale(bringingBack: target.spec, after: present)
        let kept = withWhatIsKept(for: key, restored)
        try store.save(kept, of: key, newSecrets: [], deployment: deployment, newRevision: revision)
        settings[key] = kept
        want(deployment, revision)
        return revision
    }

    /// Settings with what was set since the last deploy and is kept for the next one: a rollback takes nothing of it away.
    private func withWhatIsKept(for key: AppKey, _ restored: Settings) -> Settings {
        guard let present = settings[key], let wanted = deployments[key]?.revision, let revision = try? revision(wanted, of: key)
        else {
            return restored
        }
        let deployed = revision.settings ?? Settings()
        var kept = restored
        for name in Set(present.env.keys).union(deployed.env.keys) where present.env[name] != deployed.env[name] {
            kept.env[name] = present.env[name]
        }
        for name in Set(present.secrets.keys).union(deployed.secrets.keys) where present.secrets[name] != deployed.secrets[name] {
            kept.secrets[name] = present.secrets[name]
        }
        return kept
    }

    /// Writes down that a revision has run whole, the first time that it does.
    func noteCompletion(of key: AppKey) {
        guard let deployment = deployments[key], deployment.intent == .run,
            let place = revisions[key]?.firstIndex(where: { $0.number == deployment.revision }),
            revisions[key]?[place].completedAt == nil
        else { return }
        let progress = RolloutProgress(deployment, replicas: replicas(of: key))
        guard progress.isComplete, progress.wanted > 0 else { return }
        revisions[key]?[place].completedAt = world.now()
        do {
            if let revision = revisions[key]?[place] { try store.update(revision, of: key) }
        } catch {
            log.error("not written down", metadata: ["app": "\(key)", "error": "\(error)"])
        }
    }

    /// The digests of releases that have to stay: those of the newest revisions of each app, and those that replicas run.
    var neededReleases: Set<String> {
        let newest = revisions.values.flatMap { $0.suffix(Revision.kept) }
        let running = replicas.values.compactMap { try? revision($0.revision, of: $0.key) }
        return Set((newest + running).map(\.release.digest))
    }
}
