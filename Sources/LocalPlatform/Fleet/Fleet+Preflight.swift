public import FleetModel

extension Fleet {
    /// Prepares a folder in which a configuration can be tried before a replica is touched, and says how.
    public func preflight(_ request: PreflightRequest) async throws -> Preflight {
        let key = AppKey(namespace: request.namespace, app: request.spec.app)
        let origin = RevisionOrigin(user: "")
        try Self.check(DeployRequest(namespace: request.namespace, spec: request.spec, release: request.release, origin: origin))
        try checkHosts(request.spec, key)
        let settings = try request.settings ?? planned(request.change, for: key)
        if !request.onlyReads {
            try check(request.spec, settings, of: key)
            try files.checkCommands(of: request.spec, in: request.release.digest)
        }
        let revision = Revision(
            number: nextRevision(of: key), release: request.release, spec: request.spec, settings: settings, origin: origin,
            createdAt: world.now())
        let processes = Self.differing(request.spec)
        // Without an image there is no container to try it in: then it is tried as a process.
        let runtime = request.release.image == nil ? self.processes : try runtime(request.spec)
        // A trial gets its address from the Engine, if it runs in a container.
        let slots = try SlotAllocator(network: network, isFree: world.isFree)
            .allocate(processes.count, inUse: Set(replicas.values.map(\.slot)))
        var tried: [(Replica, ReplicaInputs)] = []
        for (process, slot) in zip(processes, slots) {
            let replica = newReplica(process, slot, key, revision)
            let layers = EnvironmentLayers(request.spec, process: process, settings: settings)
            let environment = try layers.resolved { name in
                if let fresh = request.change.secrets[name] { return fresh }
                if request.onlyReads, settings.secrets[name] == nil { return "" }
                return try settings.secrets[name].flatMap { try secret(name, version: $0, of: key) }
            }
            tried.append((replica, ReplicaInputs(cookie: world.cookie(), environment: environment)))
        }
        do {
            return try await runtime.preflight(tried, of: revision, onlyReads: request.onlyReads)
        } catch let error as LocalPlatformError {
            throw error
        } catch let error as PlatformError {
            throw error
        } catch {
            throw PlatformError(.invalidRequest, "\(error)")
        }
    }

    /// The folders of the preflights that there are, also of those that another daemon has made.
    public var trials: Set<String> { files.trials() }

    /// Removes the folder of a preflight. Throws `invalid_request` for any other folder.
    public func discard(preflight directory: String) async throws {
        // As long as something of it is left, so is its folder.
        try await containers?.discard(preflight: directory)
        try await processes.discard(preflight: directory)
    }

    /// The same, of one that nobody wants any more. Returns whether nothing of it is left.
    public func end(trial directory: String) async -> Bool {
        try? await discard(preflight: directory)
        return !trials.contains(directory)
    }

    /// One process for each environment that processes of the app have.
    private static func differing(_ spec: AppSpec) -> [String] {
        var seen: Set<[String: String]> = []
        return spec.processes.keys.sorted().filter { name in
            let own = spec.processes[name]?.env ?? [:]
            return seen.insert(own.merging(spec.environment?.processes[name] ?? [:]) { $1 }).inserted
        }
    }
}
