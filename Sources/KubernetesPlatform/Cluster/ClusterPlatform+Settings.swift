public import FleetModel
import JSONText
import KubernetesClient

extension ClusterPlatform {
    /// What is set for an app beside its manifest.
    public func settings(of key: AppKey) async throws -> SettingsReport {
        try await translating {
            async let settings = keptSettings(key)
            async let app = kept(key)
            let present = try await settings
            return SettingsReport(
                settings: present.settings, secretsSetAt: present.secrets.mapValues(\.setAt),
                deployed: (try? await app?.wanted()).map { $0.settings ?? Settings() })
        }
    }

    /// Changes settings, all or none, under field managers of their own; makes a revision of an app that is deployed, if that is asked
    /// for.
    public func changeSettings(of key: AppKey, _ request: SettingsRequest) async throws -> SettingsOutcome {
        try await translating {
            rehearsals.changed(key)
            let app = try await kept(key)
            if let id = request.id, let made = app?.revisions.last(where: { $0.request == id }) {
                return SettingsOutcome(settings: try await keptSettings(key).settings, revision: made)
            }
            let changed = try await explaining(key) { try await change(key, request.change, app) }
            guard request.deploys, let app, app.deployment.intent != .destroy else {
                return SettingsOutcome(settings: changed.settings, revision: nil)
            }
            let present = try app.wanted()
            var origin = request.origin
            (origin.commit, origin.isDirty) = (present.origin.commit, present.origin.isDirty)
            let revision = Revision(
                number: app.nextNumber, release: present.release, spec: present.spec, settings: changed.settings,
                origin: origin, createdAt: .present, request: request.id)
            var deployment = app.deployment
            deployment.revision = revision.number
            try await want(deployment, revision, app, changed, served: try await servedVersions())
            return SettingsOutcome(settings: changed.settings, revision: revision)
        }
    }

    /// How often a change is tried that somebody else's comes before.
    private static let mostAttempts = 5

    private func change(_ key: AppKey, _ change: SettingsChange, _ app: KeptApp?) async throws -> KeptSettings {
        for attempt in 1... {
            var settings = try await keptSettings(key)
            let before = settings
            try settings.apply(change, of: key, keeping: app?.revisions ?? [], now: .present)
            do {
                let touchesEnv = settings.env != before.env
                let touchesSecrets = settings.secrets != before.secrets || settings.values != before.values || before.isUntouched
                if touchesSecrets {
                    try await put(try settings.secretsObject(key), StateNames.secretsManager)
                }
                if touchesEnv { try await put(settings.envObject(key), StateNames.envManager) }
                return touchesEnv || touchesSecrets ? try await keptSettings(key) : settings
            } catch let error as KubernetesError
                where [.conflict, .alreadyExists, .notFound].contains(error.code) && attempt < Self.mostAttempts
            {
                continue
            }
        }
        throw PlatformError(.failed, "the settings of '\(key.app)' cannot be written")
    }

    /// Settings whose Secret was made by hand, written down as our own from now on: revisions name their secrets by version.
    func adopted(_ settings: KeptSettings, _ key: AppKey) async throws -> KeptSettings {
        guard settings.isUntouched else { return settings }
        try await put(try settings.secretsObject(key), StateNames.secretsManager)
        return try await keptSettings(key)
    }

    /// Writes an object that is there as it was read, or makes it.
    private func put(_ object: KubernetesObject, _ manager: String) async throws {
        guard let resource = APIResource(of: object) else { return }
        if object.resourceVersion == nil {
            // Two that apply at once would each take the other's fields away: only one can create.
            var empty = object
            empty.json.set(["data"], [:])
            let made = KubernetesObject(json: try await client.create(empty.json, as: resource, in: object.namespace))
            var full = object
            full.setMetadata("resourceVersion", made.resourceVersion.map { .string($0) })
            try await client.apply(
                full.json, as: resource, in: object.namespace, options: ApplyOptions(force: true, manager: manager))
            return
        }
        try await client.apply(
            object.json, as: resource, in: object.namespace, options: ApplyOptions(force: true, manager: manager))
    }
}
