import JSONText

/// Strategic merge patches (Kubernetes documentation, "Update API Objects in Place Using kubectl patch"): objects are merged key by
/// key, null takes a key away, lists of the kinds below are merged by a key of their elements, and other lists are replaced.
enum StrategicMerge {
    /// What is wrong with a patch, and where.
    struct Problem: Error, Hashable {
        var path: String
        var reason: String
    }

    /// The keys of lists whose elements are merged, by the list's own (`patchMergeKey` in Kubernetes' types).
    private static let mergeKeys: [String: String] = [
        "containers": "name", "initContainers": "name", "ephemeralContainers": "name", "env": "name", "volumes": "name",
        "volumeMounts": "mountPath", "volumeDevices": "devicePath", "imagePullSecrets": "name", "hostAliases": "ip",
        "topologySpreadConstraints": "topologyKey", "schedulingGates": "name", "resourceClaims": "name", "secrets": "name",
    ]
    private static let directive = "$patch"
    private static let retained = "$retainKeys"

    /// The outcome of a patch.
    static func merge(_ value: JSONValue, _ patch: JSONValue) throws(Problem) -> JSONValue {
        try merged(value, patch, path: []) ?? .null
    }

    private static func merged(_ value: JSONValue?, _ patch: JSONValue, path: [String]) throws(Problem) -> JSONValue? {
        switch patch {
        case .object(let members): try merged(value, members, path: path)
        case .array(let elements): try merged(value, elements, path: path)
        case .null: nil
        default: patch
        }
    }

    private static func merged(
        _ value: JSONValue?, _ patch: [String: JSONValue], path: [String]
    ) throws(Problem) -> JSONValue? {
        var patch = patch
        var base: [String: JSONValue] = [:]
        if case .object(let members)? = value { base = members }
        switch try action(taken(directive, from: &patch), path) {
        case .merge: break
        case .replace: base = [:]
        case .delete: return nil
        }
        if let kept = taken(retained, from: &patch) {
            guard case .array(let names) = kept else { throw Problem(path: text(path), reason: "\(retained) is a list of keys") }
            let keys = Set(names.compactMap(\.text))
            base = base.filter { keys.contains($0.key) }
        }
        for (key, change) in patch.sorted(by: { $0.key < $1.key }) {
            if key.hasPrefix("$") { throw Problem(path: text(path), reason: "\(key) is no directive that is known here") }
            base[key] = try merged(base[key], change, path: path + [key])
        }
        return .object(base)
    }

    private static func merged(
        _ value: JSONValue?, _ patch: [JSONValue], path: [String]
    ) throws(Problem) -> JSONValue? {
        guard let key = mergeKey(path) else { return .array(patch) }
        var elements: [JSONValue] = []
        if case .array(let given)? = value { elements = given }
        var replaces = false
        var (changes, added): ([JSONValue], [JSONValue]) = ([], [])
        for change in patch {
            guard case .object(var members) = change else {
                throw Problem(path: text(path), reason: "an element is no object, and elements are told apart by \(key)")
            }
            let action = try action(taken(directive, from: &members), path)
            if action == .replace {
                guard members.isEmpty else {
                    throw Problem(
                        path: text(path),
                        reason: "\(directive): replace stands in an element of its own, and is for the whole list")
                }
                replaces = true
            } else {
                changes.append(change)
            }
        }
        if replaces { elements = [] }
        for change in changes {
            guard case .object(var members) = change else { continue }
            guard let mark = members[key] else {
                throw Problem(path: text(path), reason: "an element has no \(key), by which elements are told apart")
            }
            let action = try action(taken(directive, from: &members), path)
            let place = elements.firstIndex { $0[key] == mark }
            if action == .delete {
                if let place { elements.remove(at: place) }
            } else if let place {
                if let merged = try merged(elements[place], members, path: path + ["[]"]) { elements[place] = merged }
            } else if let new = try merged(nil, members, path: path + ["[]"]) {
                added.append(new)
            }
        }
        return .array(elements + added)
    }

    private enum Action {
        case merge, replace, delete
    }

    private static func action(_ value: JSONValue?, _ path: [String]) throws(Problem) -> Action {
        switch value {
        case nil, .string("merge"): return .merge
        case .string("replace"): return .replace
        case .string("delete"): return .delete
        default: throw Problem(path: text(path), reason: "\(directive) is merge, replace or delete")
        }
    }

    private static func taken(_ key: String, from members: inout [String: JSONValue]) -> JSONValue? {
        members.removeValue(forKey: key)
    }

    /// Ports are told apart by their number in a container and in a Service, and are no list to merge elsewhere.
    private static func mergeKey(_ path: [String]) -> String? {
        guard let name = path.last else { return nil }
        guard name == "ports" else { return mergeKeys[name] }
        if path.dropLast(2).last.map({ $0.lowercased().hasSuffix("containers") }) == true { return "containerPort" }
        return path == ["spec", "ports"] ? "port" : nil
    }

    private static func text(_ path: [String]) -> String {
        path.joined(separator: ".").replacing(".[]", with: "[]")
    }
}
