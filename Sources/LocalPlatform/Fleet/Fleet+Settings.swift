import BeamRelease
public import FleetModel
import FleetStore

extension Fleet {
    /// What is set for an app beside its manifest.
    public func settings(of key: AppKey) throws -> SettingsReport {
        let present = settings[key] ?? Settings()
        var setAt: [String: Timestamp] = [:]
        for (name, version) in present.secrets {
            setAt[name] = try store.secret(name, version: version, of: key)?.setAt
        }
        let deployed = deployments[key].flatMap { try? revision($0.revision, of: key) }
        return SettingsReport(settings: present, secretsSetAt: setAt, deployed: deployed.map { $0.settings ?? Settings() })
    }

    /// Changes settings, all or none; makes a revision of an app that is deployed, if that is asked for.
    public func changeSettings(of key: AppKey, _ request: SettingsRequest) throws -> SettingsOutcome {
        if let id = request.id, let made = revisions[key]?.last(where: { $0.request == id }) {
            return SettingsOutcome(settings: settings[key] ?? Settings(), revision: made)
        }
        let (changed, sealed) = try applying(request.change, to: key)
        let next = try request.deploys ? nextRevision(of: key, with: changed, request) : nil
        try store.save(changed, of: key, newSecrets: sealed, deployment: next?.deployment, newRevision: next?.revision)
        settings[key] = changed
        if let next { want(next.deployment, next.revision) }
        return SettingsOutcome(settings: changed, revision: next?.revision)
    }

    /// The settings after a change, and the secrets that are new in them, encrypted.
    private func applying(_ change: SettingsChange, to key: AppKey) throws -> (Settings, [SealedSecret]) {
        var changed = try planned(change, for: key)
        let holders = settings.filter { !$0.value.secrets.isEmpty }.map(\.key)
        var sealed: [SealedSecret] = []
        for (name, value) in change.secrets.sorted(by: { $0.key < $1.key }) {
            let version = try store.newestVersion(ofSecret: name, of: key) + 1
            let label = SecretVault.Label(key: key, name: name, version: version)
            sealed.append(
                SealedSecret(
                    name: name, version: version, sealed: try vault.seal(value, label, holders: holders), setAt: world.now()))
            changed.secrets[name] = version
        }
        return (changed, sealed)
    }

    /// The settings after a change; the versions of secrets that are new in it are 0. Throws `invalid_request` for what cannot be
    /// set or is not there to be unset.
    func planned(_ change: SettingsChange, for key: AppKey) throws -> Settings {
        var planned = settings[key] ?? Settings()
        if let problem = change.problem(with: planned, of: key) { throw problem }
        for name in change.unsetEnv { planned.env[name] = nil }
        for name in change.unsetSecrets { planned.secrets[name] = nil }
        for (name, value) in change.env.merging(change.secrets, uniquingKeysWith: { $1 }) {
            try Self.check(variable: name, value)
        }
        planned.env.merge(change.env) { $1 }
        for name in change.secrets.keys { planned.secrets[name] = 0 }
        guard planned.env.count + planned.secrets.count <= Self.mostSettings else {
            throw PlatformError(.invalidRequest, "'\(key.app)' would have more than \(Self.mostSettings) variables and secrets")
        }
        return planned
    }

    /// How many variables and secrets an app may have.
    static let mostSettings = 10_000

    /// Whoever sent it: a variable that a process can have. The value is in no error.
    private static func check(variable name: String, _ value: String) throws {
        if let problem = VariableRules.problem(withName: name) ?? VariableRules.problem(withValue: value) {
            throw PlatformError(.invalidRequest, "the variable '\(name.prefix(60))' \(problem)")
        }
    }

    private func nextRevision(
        of key: AppKey, with settings: Settings, _ request: SettingsRequest
    ) throws -> (deployment: Deployment, revision: Revision)? {
        guard var deployment = deployments[key], deployment.intent != .destroy else { return nil }
        let present = try revision(deployment.revision, of: key)
        try check(present.spec, settings, of: key)
        var origin = request.origin
        // The release, and so the commit that it was built from, stays.
        (origin.commit, origin.isDirty) = (present.origin.commit, present.origin.isDirty)
        let revision = Revision(
            number: nextRevision(of: key), release: present.release, spec: present.spec, settings: settings,
            origin: origin, createdAt: world.now(), request: request.id)
        deployment.revision = revision.number
        return (deployment, revision)
    }

    /// Throws `invalid_request` when a revision could not run with these settings: a secret that it needs is not set.
    func check(_ spec: AppSpec, _ settings: Settings, of key: AppKey) throws {
        for name in Array(settings.env.keys) + settings.secrets.keys where Self.isReserved(name, spec.cluster.discovery) {
            throw PlatformError(
                .invalidRequest, "the variable \(name) of '\(key.app)' is set, and beamctl sets it itself",
                hint: "beamctl \(settings.env[name] == nil ? "secrets" : "env") unset \(key.app) \(name) --no-deploy")
        }
        let referred = spec.processes.keys.map { EnvironmentLayers(spec, process: $0, settings: settings).referredSecrets }
        let needed = referred.reduce(Set(spec.secrets)) { $0.union($1) }
        let missing = needed.filter { settings.secrets[$0] == nil }.sorted()
        guard let first = missing.first else { return }
        throw PlatformError(
            .invalidRequest,
            missing.count == 1
                ? "the secret \(first) of '\(key.app)' is not set"
                : "these secrets of '\(key.app)' are not set: \(missing.joined(separator: ", "))",
            hint: "beamctl secrets set \(key.app) \(first)")
    }

    private static func isReserved(_ name: String, _ discovery: ClusterSpec.Discovery) -> Bool {
        switch discovery {
        case .auto: LaunchEnvironment.isReserved(name, in: .auto)
        case .app: LaunchEnvironment.isReserved(name, in: .app)
        case .none: LaunchEnvironment.isReserved(name, in: .none)
        }
    }

    /// What a replica is given that stands in no revision.
    func inputs(for replica: Replica, of revision: Revision) throws -> ReplicaInputs {
        let settings = revision.settings ?? Settings()
        let layers = EnvironmentLayers(revision.spec, process: replica.process, settings: settings)
        let environment = try layers.resolved { name in
            guard let version = settings.secrets[name] else { return nil }
            return try secret(name, version: version, of: replica.key)
        }
        return ReplicaInputs(cookie: try cookie(of: revision.spec, in: replica.key.namespace), environment: environment)
    }

    func secret(_ name: String, version: Int, of key: AppKey) throws -> String? {
        guard let kept = try store.secret(name, version: version, of: key) else { return nil }
        return try vault.open(kept.sealed, SecretVault.Label(key: key, name: name, version: version))
    }
}
