import FleetModel
import JSONText
import KubernetesClient

extension ClusterPlatform {
    /// The cookie of an app's cluster, made where there is none.
    func cookie(of spec: AppSpec, in namespace: String) async throws -> KeptCookie {
        for _ in 0..<3 {
            if let kept = try await keptCookie(of: spec, in: namespace) { return kept }
            let new = Self.newCookie(of: spec, in: namespace)
            do {
                try await client.create(new.json, as: .secrets, in: namespace)
            } catch let error as KubernetesError where error.code == .alreadyExists {
                // Another app of the cluster was quicker: its cookie is the cluster's.
                continue
            }
        }
        throw Self.unsteadyCookie(of: spec, in: namespace)
    }

    /// Somebody makes and deletes it while we look.
    static func unsteadyCookie(of spec: AppSpec, in namespace: String) -> PlatformError {
        PlatformError(
            .failed, "the Secret '\(StateNames.cookie(spec.clusterName))' comes and goes",
            hint: "kubectl get secrets -n \(namespace)")
    }

    /// The cookie that an app's cluster has; nil when it has none. One that was made by hand is completed.
    func keptCookie(of spec: AppSpec, in namespace: String) async throws -> KeptCookie? {
        let name = StateNames.cookie(spec.clusterName)
        for _ in 0..<2 {
            guard let there = try await object(.secrets, name, in: namespace) else { return nil }
            if let kept = KeptCookie(there) { return kept }
            try await complete(there)
        }
        throw PlatformError(.failed, "the Secret '\(name)' is no cookie's", hint: "kubectl get secret \(name) -n \(namespace)")
    }

    /// The Secret of a cookie that no cluster has yet.
    static func newCookie(of spec: AppSpec, in namespace: String) -> KubernetesObject {
        var labels = StateNames.labels(spec.app, .cookie)
        labels[ObjectNames.clusterLabel] = spec.clusterName
        // Of several apps it is nobody's own.
        if spec.cluster.name != nil { labels[ObjectNames.instanceLabel] = nil }
        return KubernetesObject(
            "v1", "Secret", name: StateNames.cookie(spec.clusterName), namespace: namespace, labels: labels,
            ["data": StateText.encoded(["cookie": random(), "key": random()]), "type": "Opaque"])
    }

    /// A cookie that was made by hand, as `render` says, has no key yet.
    private func complete(_ secret: KubernetesObject) async throws {
        let values = StateText.decoded(secret.json["data"])
        var missing: [String: String] = [:]
        for key in ["cookie", "key"] where values[key]?.isEmpty ?? true { missing[key] = Self.random() }
        try await client.patch(
            .secrets, secret.name, .merge, ["data": StateText.encoded(missing)], in: secret.namespace)
    }

    /// 192 random bits, from the system's generator (getrandom(2)).
    private static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<24).map { _ in
            let octet = UInt8.random(in: 0...255, using: &generator)
            return (octet < 16 ? "0" : "") + String(octet, radix: 16)
        }.joined()
    }
}

extension KeptCookie {
    init?(_ secret: KubernetesObject) {
        let values = StateText.decoded(secret.json["data"])
        guard let cookie = values["cookie"], let key = values["key"], !cookie.isEmpty, !key.isEmpty else { return nil }
        self.init(cookie: cookie, key: key)
    }
}
