import FleetModel
import JSONText
import KubernetesClient

extension ClusterPlatform {
    /// The cookie of an app's cluster, made once; nil when its nodes stand alone and it has no secrets to name.
    func cookie(of spec: AppSpec, in namespace: String) async throws -> KeptCookie? {
        let name = StateNames.cookie(spec.clusterName)
        for _ in 0..<3 {
            if let there = try await object(.secrets, name, in: namespace) {
                if let kept = KeptCookie(there) { return kept }
                try await complete(there)
                continue
            }
            var labels = StateNames.labels(spec.app, .cookie)
            labels[ObjectNames.clusterLabel] = spec.clusterName
            // Of several apps it is nobody's own.
            if spec.cluster.name != nil { labels[ObjectNames.instanceLabel] = nil }
            let object = KubernetesObject(
                "v1", "Secret", name: name, namespace: namespace, labels: labels,
                ["data": StateText.encoded(["cookie": Self.random(), "key": Self.random()]), "type": "Opaque"])
            do {
                try await client.create(object.json, as: .secrets, in: namespace)
            } catch let error as KubernetesError where error.code == .alreadyExists {
                // Another app of the cluster was quicker: its cookie is the cluster's.
            }
        }
        throw PlatformError(.failed, "the Secret '\(name)' is no cookie's", hint: "kubectl get secret \(name) -n \(namespace)")
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
