import JSONText

/// What a server serves, as far as it was asked: groups with their versions, and the kinds of some of them. A value.
public struct ServedKinds: Hashable, Sendable {
    /// The versions of each group, the server's preferred one first; the core group is empty.
    public private(set) var versions: [String: [String]] = ["": ["v1"]]
    private var kinds: [String: [APIResource]] = [:]

    /// Nothing but the core group is known.
    public init() {}

    /// Takes the answer of `/apis`.
    mutating func add(groups document: JSONValue) {
        for group in document["groups"]?.elements ?? [] {
            guard let name = group["name"]?.text else { continue }
            let all = (group["versions"]?.elements ?? []).compactMap { $0["version"]?.text }
            let preferred = group.at("preferredVersion", "version")?.text
            versions[name] = all.filter { $0 == preferred } + all.filter { $0 != preferred }
        }
    }

    /// Takes the answer of `/api/v1` or `/apis/GROUP/VERSION`. A subresource (`deployments/scale`) is no kind of its own.
    mutating func add(resources document: JSONValue, group: String, version: String) {
        kinds["\(group)/\(version)"] = (document["resources"]?.elements ?? []).compactMap { resource in
            guard let plural = resource["name"]?.text, !plural.contains("/"), let kind = resource["kind"]?.text else {
                return nil
            }
            return APIResource(
                group: group, version: version, kind: kind, plural: plural,
                isNamespaced: resource["namespaced"] == .bool(true),
                verbs: Set((resource["verbs"]?.elements ?? []).compactMap(\.text)))
        }
    }

    /// Whether the kinds of a version are known.
    func knows(group: String, version: String) -> Bool { kinds["\(group)/\(version)"] != nil }

    /// The first of some versions, or of the server's own order, in which a kind is served; nil when there is none.
    ///
    /// - Parameter versions: Those that the caller can write, the best one first; nil: the server's.
    public func resource(kind: String, group: String, versions wanted: [String]? = nil) -> APIResource? {
        for version in wanted ?? versions[group] ?? [] {
            if let found = kinds["\(group)/\(version)"]?.first(where: { $0.kind == kind }) { return found }
        }
        return nil
    }

    /// The kind of an object with this `apiVersion`; nil when it is not served.
    public func resource(apiVersion: String, kind: String) -> APIResource? {
        let (group, version) = Self.split(apiVersion)
        return resource(kind: kind, group: group, versions: [version])
    }

    /// `apps/v1` → `apps`, `v1`; `v1` → the core group.
    static func split(_ apiVersion: String) -> (group: String, version: String) {
        let parts = apiVersion.split(separator: "/", maxSplits: 1).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : ("", apiVersion)
    }
}
