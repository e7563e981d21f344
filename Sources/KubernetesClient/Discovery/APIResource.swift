/// A kind of object as a server serves it.
public struct APIResource: Hashable, Sendable {
    /// Empty for the core group, else `apps`, `networking.k8s.io`, …
    public var group: String
    /// `v1`
    public var version: String
    /// `Deployment`
    public var kind: String
    /// `deployments`, as it stands in paths.
    public var plural: String
    /// Whether its objects live in namespaces.
    public var isNamespaced: Bool
    /// `get`, `list`, `watch`, `patch`, …
    public var verbs: Set<String>

    /// Makes one.
    public init(
        group: String, version: String, kind: String, plural: String, isNamespaced: Bool = true, verbs: Set<String> = []
    ) {
        (self.group, self.version, self.kind, self.plural) = (group, version, kind, plural)
        (self.isNamespaced, self.verbs) = (isNamespaced, verbs)
    }

    /// `apps/v1`, as it stands in objects.
    public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// The path of all of its objects, of those of a namespace, or of one.
    func path(namespace: String?, name: String? = nil, subresource: String? = nil) -> String {
        var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if isNamespaced, let namespace { path += "/namespaces/\(Query.segment(namespace))" }
        path += "/\(plural)"
        if let name { path += "/\(Query.segment(name))" }
        if let subresource { path += "/\(subresource)" }
        return path
    }
}

extension APIResource {
    /// Pods, which every server serves.
    public static let pods = APIResource(group: "", version: "v1", kind: "Pod", plural: "pods")
    /// Services, which every server serves.
    public static let services = APIResource(group: "", version: "v1", kind: "Service", plural: "services")
    /// Secrets, which every server serves.
    public static let secrets = APIResource(group: "", version: "v1", kind: "Secret", plural: "secrets")
    /// ConfigMaps, which every server serves.
    public static let configMaps = APIResource(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps")
    /// Namespaces, which every server serves.
    public static let namespaces = APIResource(
        group: "", version: "v1", kind: "Namespace", plural: "namespaces", isNamespaced: false)
    /// Events, which every server serves.
    public static let events = APIResource(group: "", version: "v1", kind: "Event", plural: "events")
    /// Deployments, which every server since 1.9 serves.
    public static let deployments = APIResource(group: "apps", version: "v1", kind: "Deployment", plural: "deployments")
}
