import BeamRelease
public import FleetModel
import FleetStore

extension Fleet {
    /// Writes what a VM of the user's own needs to join the app's cluster, and says where. Throws `invalid_request` for an app
    /// without a cluster.
    public func attachment(of key: AppKey) throws -> Attachment {
        let revision = try revision(try deployment(of: key).revision, of: key)
        let spec = revision.spec
        guard spec.cluster.discovery != .none else {
            throw PlatformError(
                .invalidRequest,
                "the nodes of '\(key.app)' stand alone: cluster.discovery is none, so no other node can join them",
                hint: "set cluster.discovery to auto or app, then beamctl deploy")
        }
        let plan = AttachPlan(
            AttachPlan.Request(
                app: key.app, directory: files.attachFolder(of: key), cookie: try cookie(of: spec, in: key.namespace),
                base: NodeName.base(of: revision), peers: NodeName.peers(of: spec, in: key.namespace),
                hasHostNames: spec.cluster.nodeName == .hostname,
                nameServer: LaunchRequest.NameServer(address: network.nameServer, port: NameServerKeeper.port),
                distributionPort: Distribution.port))
        try files.write(plan)
        let live = replicas(of: key).filter { [.starting, .unready, .ready, .draining].contains($0.phase) }
        return Attachment(
            nodes: live.compactMap(\.node).sorted(), argumentsFile: plan.argumentsFile,
            ownNameArgumentsFile: plan.ownNameArgumentsFile,
            cookieFile: plan.cookieFile)
    }

    /// The crash dumps of an app's replicas, the newest first.
    public nonisolated func crashes(of key: AppKey) async throws -> [CrashReport] {
        let redactor = try await collectCrashes(of: key)
        // Dumps are large: nobody waits for the fleet while they are read.
        return files.crashes(of: key, hiding: redactor)
    }

    /// Those that still lie where their replica left them, since it has not started again. Returns what knows the app's secrets.
    private func collectCrashes(of key: AppKey) throws -> Redactor {
        _ = try deployment(of: key)
        for replica in replicas(of: key) where running[replica.name] == nil { try runtime(of: replica).collectCrash(of: replica) }
        return Redactor(try allSecrets(of: key))
    }

    /// Every value that a secret of the app has had and that is still kept: whoever crashed may have had an older one.
    private func allSecrets(of key: AppKey) throws -> [String] {
        let all = [settings[key]].compactMap(\.self) + (revisions[key] ?? []).compactMap(\.settings)
        return try Set(all.flatMap(\.secrets.keys)).flatMap { name in
            try (1...max(1, store.newestVersion(ofSecret: name, of: key))).compactMap { try secret(name, version: $0, of: key) }
        }
    }
}
