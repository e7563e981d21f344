/// What an API server serves, as its `/apis` and `/version` say: what is rendered is chosen by it.
public struct ServedVersions: Hashable, Sendable {
    /// Groups with their versions, such as `policy/v1`, but for the core group.
    public var versions: Set<String>
    /// The server's minor version: 27 of 1.27.
    public var minor: Int

    /// Makes a description.
    public init(versions: Set<String>, minor: Int) {
        self.versions = versions
        self.minor = minor
    }

    /// What every supported server serves: Kubernetes 1.27 and later.
    public static let supported = ServedVersions(minor: 27)

    /// What a server of this minor version serves of what is chosen from, by Kubernetes' own list of removed and new versions.
    public init(minor: Int) {
        var versions: Set<String> = ["autoscaling/v1"]
        if minor >= 19 { versions.insert("networking.k8s.io/v1") }
        versions.insert(minor >= 21 ? "policy/v1" : "policy/v1beta1")
        versions.insert(minor >= 23 ? "autoscaling/v2" : "autoscaling/v2beta2")
        self.init(versions: versions, minor: minor)
    }

    /// The first of several versions that is served.
    func first(of wanted: [String]) -> String? { wanted.first(where: versions.contains) }
}
