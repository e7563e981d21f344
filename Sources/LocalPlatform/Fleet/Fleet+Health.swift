public import FleetModel
import Logging
import NodeHealth

extension Fleet {
    /// What a watcher needs to know of its replica; nil when there is nothing to watch any more.
    func subject(_ name: String) -> ReplicaWatcher.Subject? {
        guard let replica = replicas[name], !replica.phase.isLeaving,
            let revision = revisions[replica.key]?.first(where: { $0.number == replica.revision }),
            let cookie = try? cookie(of: revision.spec, in: replica.key.namespace)
        else { return nil }
        return ReplicaWatcher.Subject(
            replica: replica, cookie: cookie, application: revision.release.description.ownApplication,
            health: question(to: replica, revision.spec))
    }

    private func question(to replica: Replica, _ spec: AppSpec) -> HealthCheck.Question? {
        guard let path = spec.processes[replica.process]?.http?.health,
            let host = spec.publicHost(of: replica.process, in: replica.key.namespace)
        else { return nil }
        return HealthCheck.Question(path: path, host: host)
    }

    /// Whether the replica's present BEAM has been ready.
    func wasReady(_ name: String) -> Bool {
        replicas[name]?.readyAt != nil
    }

    /// Nothing can be had from this BEAM: it is killed, and its end makes a new one start.
    func giveUp(_ name: String) {
        guard let replica = replicas[name], replica.phase == .unready || replica.phase == .ready else { return }
        kill(replica, because: "it did not answer for \(ReplicaWatcher.deadAfter.components.seconds) s")
    }

    /// A connection into a replica's BEAM is open, or (nil) gone.
    func connected(_ name: String, _ session: (any NodeSession)?) {
        sessions[name] = session
        if session == nil { reports[name] = nil }
    }

    /// What a BEAM said. Tells whoever watches when the mesh is not as it was. Returns whether its mesh is as it should be.
    func observed(_ name: String, _ report: NodeReport) -> Bool {
        guard let replica = replicas[name] else { return true }
        limitMemory(of: replica, report)
        let before = reports[name]?.peers
        reports[name] = report
        if before != report.peers {
            watchers.tell(replica.key, status: try? snapshot(of: replica.key))
            tellNeighbours(of: replica)
        }
        return mesh(of: replica.key)?.full ?? true
    }

    /// A BEAM that holds more memory than its process may have is (a container's kernel sees to that by itself) killed and started again, as Kubernetes does (`OOMKilled`). It is
    /// looked at whenever it is asked how it is, so it may hold more for a few seconds.
    private func limitMemory(of replica: Replica, _ report: NodeReport) {
        guard let revision = try? revision(replica.revision, of: replica.key),
            revision.spec.runtime == .process,
            let limit = revision.spec.processes[replica.process]?.resources?.memoryBytes, let pid = replica.pid
        else { return }
        // A start script that stays beside its BEAM is not what holds the memory, so the BEAM's own figure counts too.
        let held = max(files.residentBytes(of: pid) ?? 0, report.memory["total"] ?? 0)
        guard held > limit else { return }
        kill(replica, because: "it held \(held >> 20) MiB of memory, and resources.memory allows \(limit >> 20) MiB")
    }

    private func kill(_ replica: Replica, because reason: String) {
        guard replica.phase == .ready || replica.phase == .unready || replica.phase == .starting else { return }
        log.warning("killed", metadata: ["replica": "\(replica.name)", "reason": "\(reason)"])
        handle(.killed(reason: "killed: \(reason)"), name: replica.name)
        if let beam = running[replica.name] { order(beam, toKill: replica) }
    }

    /// The mesh of an app's cluster as the nodes last described it; nil before the app has nodes, and before a daemon has heard of those
    /// that it found: what nobody has said yet is no split.
    func mesh(of key: AppKey) -> MeshReport? {
        let members = members(withApp: key)
        guard members.contains(where: { $0.key == key }) else { return nil }
        guard !members.contains(where: { $0.phase == .ready && reports[$0.name] == nil }) else { return nil }
        return Self.mesh(members) { reports[$0.name] }
    }

    /// The replicas whose nodes ought to be in an app's mesh: its own, and of other apps of the cluster those that are ready, so that no
    /// app waits for another's troubles.
    private func members(withApp key: AppKey) -> [Replica] {
        replicas.values.filter { replica in
            Self.isMember(replica) && (replica.key == key || (replica.phase == .ready && isSameCluster(key, replica)))
        }.sorted { $0.name < $1.name }
    }

    /// Whether a replica, perhaps of another app, belongs to the cluster that an app is to be in.
    private func isSameCluster(_ key: AppKey, _ replica: Replica) -> Bool {
        guard key != replica.key else { return true }
        guard key.namespace == replica.key.namespace, let deployment = deployments[key],
            let wanted = try? revision(deployment.revision, of: key), let own = try? revision(replica.revision, of: replica.key)
        else { return false }
        return wanted.spec.clusterName == own.spec.clusterName
    }

    /// Tells whoever watches another app of the replica's cluster, whose mesh may be another now.
    func tellNeighbours(of replica: Replica) {
        for key in deployments.keys where key != replica.key && isSameCluster(key, replica) {
            watchers.tell(key, status: try? snapshot(of: key))
        }
    }

    /// Whether a replica's node ought to be in the mesh.
    private static func isMember(_ replica: Replica) -> Bool {
        replica.node != nil && !replica.phase.isLeaving && replica.phase != .backoff
    }

    private static func mesh(_ members: [Replica], report: (Replica) -> NodeReport?) -> MeshReport {
        let silent = members.filter { report($0) == nil }.compactMap(\.node)
        var mesh = MeshReport(judging: members.compactMap(report), silent: silent)
        let apps = members.compactMap { member in member.node.map { ($0, member.key.app) } }
        if Set(apps.map(\.1)).count > 1 { mesh.apps = Dictionary(apps) { first, _ in first } }
        return mesh
    }

    /// Asks every BEAM of the app how it is, and those of its cluster what they see, all at once.
    public func nodes(of key: AppKey) async throws -> NodesReport {
        _ = try deployment(of: key)
        await untilConnected(replicas(of: key))
        let asked = replicas(of: key)
        let others = members(withApp: key).filter { $0.key != key }
        let answers = await Self.ask((asked + others).map { ($0.name, sessions[$0.name]) })
        let present = asked.compactMap { replicas[$0.name] }
        let members = (present + others.compactMap { replicas[$0.name] }).filter(Self.isMember)
        let mesh = Self.mesh(members) { try? (answers[$0.name] ?? nil)?.get() }
        return NodesReport(
            app: key.app, nodes: present.map { NodeStatus(replica: $0, answer: answers[$0.name] ?? nil) }, mesh: mesh)
    }

    /// Waits a moment for the nodes of replicas that a daemon has just found.
    private func untilConnected(_ asked: [Replica]) async {
        for _ in 0..<50 where asked.contains(where: { $0.phase == .ready && $0.node != nil && sessions[$0.name] == nil }) {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    private static func ask(
        _ sessions: [(replica: String, session: (any NodeSession)?)]
    ) async -> [String: Result<NodeReport, any Error>?] {
        await withTaskGroup(of: (String, Result<NodeReport, any Error>?).self) { group in
            for (replica, session) in sessions {
                group.addTask { (replica, await ask(session)) }
            }
            var answers: [String: Result<NodeReport, any Error>?] = [:]
            for await (replica, answer) in group { answers[replica] = .some(answer) }
            return answers
        }
    }

    private static func ask(_ session: (any NodeSession)?) async -> Result<NodeReport, any Error>? {
        guard let session else { return nil }
        do { return .success(try await session.report(timeout: .seconds(1))) } catch { return .failure(error) }
    }
}

extension NodeStatus {
    fileprivate init(replica: Replica, answer: Result<NodeReport, any Error>?) {
        switch answer {
        case .success(let report): self.init(replica: replica, report: report, problem: nil)
        case .failure(let error): self.init(replica: replica, report: nil, problem: "\(error)")
        case nil:
            self.init(
                replica: replica, report: nil,
                problem: replica.reason ?? (replica.node == nil ? "no distribution" : "not connected"))
        }
    }
}
