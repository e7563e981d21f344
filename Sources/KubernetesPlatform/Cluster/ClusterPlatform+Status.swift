public import FleetModel
import JSONText
import KubernetesClient

extension ClusterPlatform {
    /// The app as it is now. Throws `app_not_found`.
    public func status(of key: AppKey) async throws -> AppStatus {
        try await translating {
            async let kept = keptApp(key)
            async let observed = observed(key.app, in: key.namespace, events: true)
            let app = try await kept
            let state = try await ClusterState(app, observed)
            _ = try app.wanted()
            guard let status = state.status() else { throw Self.notFound(key) }
            return status
        }
    }

    /// The apps of a namespace, or of all that may be looked at, by key.
    public func list(namespace: String?) async throws -> [AppStatus] {
        try await translating {
            do {
                return try await apps(in: namespace)
            } catch let error as KubernetesError where error.code == .forbidden && namespace == nil {
                // Who may not look at all of them has one to work in.
                return try await apps(in: client.namespace)
            }
        }
    }

    private func apps(in namespace: String?) async throws -> [AppStatus] {
        async let maps = objects(.configMaps, StateNames.selector(nil, [.revision, .deployment]), in: namespace)
        async let observed = observed(nil, in: namespace, events: false)
        let apps = KeptApp.read(try await maps)
        let seen = try await observed
        return apps.compactMap { ClusterState($0, seen).status() }
    }

    /// Every revision of the app. Throws `app_not_found`.
    public func history(of key: AppKey) async throws -> History {
        try await translating {
            var app = try await keptApp(key)
            // Nobody may have been there when its replicas became ready.
            if let wanted = app.revisions.last(where: { $0.number == app.deployment.revision }), wanted.completedAt == nil,
                let now = try? await status(of: key), now.rollout.isComplete, now.rollout.wanted > 0,
                let place = app.revisions.firstIndex(of: wanted)
            {
                let moment = Timestamp.present
                app.revisions[place].completedAt = moment
                await complete(wanted.number, of: key, at: moment)
            }
            return History(
                key: key, wanted: app.deployment.revision, revisions: app.revisions,
                keptReleases: Set(app.revisions.map(\.release.digest)))
        }
    }

    /// Writes down that a revision ran whole; who may not write only reads.
    func complete(_ number: Int, of key: AppKey, at moment: Timestamp) async {
        let change = KubernetesObject(json: [
            "metadata": ["annotations": [StateNames.completedAnnotation: .string(moment.microTime)]]
        ])
        _ = try? await client.patch(
            .configMaps, StateNames.revision(key.app, number), .merge, change.json, in: key.namespace)
    }
}
