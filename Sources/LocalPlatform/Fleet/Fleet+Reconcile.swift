import FleetModel
import FleetStore
import Logging

extension Fleet {
    /// Takes the steps that the planner finds for an app. A step that changes a replica asks for another look; that look comes
    /// after the whole plan, never within it, or a step might be taken twice.
    func reconcile(_ key: AppKey) {
        guard reconciling.insert(key).inserted else {
            lookAgain.insert(key)
            return
        }
        defer { reconciling.remove(key) }
        repeat {
            lookAgain.remove(key)
            takeSteps(key)
        } while lookAgain.contains(key)
    }

    private func takeSteps(_ key: AppKey) {
        guard let deployment = deployments[key] else { return }
        for action in RolloutPlanner(deployment).plan(replicas(of: key)) {
            switch action {
            case .create(let process, let count): create(count, of: process, deployment)
            case .stop(let name, let reason): stop(name, reason)
            }
        }
        if deployment.intent == .destroy && replicas(of: key).isEmpty { forget(key) }
    }

    private func create(_ count: Int, of process: String, _ deployment: Deployment) {
        do {
            let revision = try revision(deployment.revision, of: deployment.key)
            let slots = try slots(count, for: process, of: revision.spec)
            let made = slots.map { newReplica(process, $0, deployment.key, revision, generation: deployment.generation) }
            // Written down before anything is started, so that whatever is started can be found again.
            try store.save(made)
            for replica in made {
                replicas[replica.name] = replica
                workQueue.yield(.start(replica.name))
            }
            changed(deployment.key)
        } catch {
            log.error("no replica made", metadata: ["app": "\(deployment.key)", "error": "\(error)"])
            problems[deployment.key] = "\(error)"
            watchers.tell(deployment.key, status: try? snapshot(of: deployment.key))
        }
    }

    func newReplica(_ process: String, _ slot: Replica.Slot, _ key: AppKey, _ revision: Revision, generation: Int = 0) -> Replica
    {
        Replica(
            name: "\(key.app)-\(process)-\(revision.number)-\(world.suffix())", key: key, process: process,
            revision: revision.number, generation: generation, slot: slot, node: NodeName.make(revision, key, slot),
            createdAt: world.now())
    }

    private func forget(_ key: AppKey) {
        let clusters = ownClusters(of: key)
        do {
            try store.forget(key, clusters: clusters)
        } catch {
            log.error("not forgotten", metadata: ["app": "\(key)", "error": "\(error)"])
            return
        }
        deployments[key] = nil
        files.removeKept(of: key)
        let gone = revisions.removeValue(forKey: key) ?? []
        forgottenImages.formUnion(gone.compactMap(\.release.image))
        removeReleases(of: gone)
        for cluster in clusters { cookies[AppKey(namespace: key.namespace, app: cluster)] = nil }
        settings[key] = nil
        problems[key] = nil
        changed(key)
        watchers.finish(key)
        log.info("forgotten", metadata: ["app": "\(key)"])
    }

    /// The clusters that no other app belongs to.
    private func ownClusters(of key: AppKey) -> Set<String> {
        let others = revisions.filter { $0.key != key && $0.key.namespace == key.namespace }.values.joined()
        return Set((revisions[key] ?? []).map(\.spec.clusterName)).subtracting(others.map(\.spec.clusterName))
    }

    /// Removes the copies of releases that no other app's revision refers to.
    private func removeReleases(of gone: [Revision]) {
        let needed = Set(revisions.values.joined().map(\.release.digest))
        for digest in Set(gone.map(\.release.digest)).subtracting(needed) {
            do {
                try files.remove(release: digest)
            } catch {
                log.error("release not removed", metadata: ["digest": "\(digest)", "error": "\(error)"])
            }
        }
    }

    /// Tells whoever listens that an app is not as it was.
    func changed(_ key: AppKey) {
        noteCompletion(of: key)
        tellServices()
        watchers.tell(key, status: try? snapshot(of: key))
    }

    func tellServices() {
        let now = FleetService.all(deployments: deployments, revisions: revisions, replicas: Array(replicas.values))
        if now != toldServices {
            toldServices = now
            servicesQueue.yield(FleetNews(number: nextNews(), state: now))
        }
        let routes = FleetRoutes.all(deployments: deployments, revisions: revisions, replicas: Array(replicas.values))
        if routes != toldRoutes.state || toldRoutes.number == 0 {
            toldRoutes = FleetNews(number: nextNews(), state: routes)
            routesQueue.yield(toldRoutes)
        }
    }
}
