import JSONText

/// Kubeconfig files, merged as kubectl merges them: whoever says something first wins, be it a whole entry or the current context.
public struct Kubeconfig: Sendable {
    /// A file and what is in it.
    public struct File: Sendable {
        /// Where it lies; paths within it are relative to its folder.
        public var path: String
        /// What is in it.
        public var text: String

        /// Makes one.
        public init(path: String, text: String) {
            (self.path, self.text) = (path, text)
        }
    }

    /// A named entry and where it stands.
    struct Entry: Sendable {
        var file: String
        var node: JSONNode
    }

    var clusters: [String: Entry] = [:]
    var users: [String: Entry] = [:]
    private var contextEntries: [String: Entry] = [:]
    /// The one that is used when none is named.
    public private(set) var currentContext: String?
    /// The files that it was read from.
    public private(set) var files: [String] = []

    /// The names of all contexts, in alphabetical order.
    public var contexts: [String] { contextEntries.keys.sorted() }

    /// Reads files, the first one first. Throws ``KubernetesError`` `.badConfig` that names file and key.
    public init(_ files: [File]) throws(KubernetesError) {
        for file in files { try add(file) }
    }

    private mutating func add(_ file: File) throws(KubernetesError) {
        files.append(file.path)
        let document: JSONValue
        do {
            document = try YAMLTree.read(file.text)
        } catch {
            let line = error.line.map { " line \($0):" } ?? ""
            throw KubernetesError(.badConfig, "\(file.path):\(line) \(error.reason)", next: "kubectl config view")
        }
        guard document != .null else { return }
        try Self.naming(file.path) { () throws(JSONProblem) in
            let root = JSONNode(document)
            if currentContext == nil, let name = try root.optional("current-context")?.string(), !name.isEmpty {
                currentContext = name
            }
            try Self.merge(root, "clusters", "cluster", file.path, into: &clusters)
            try Self.merge(root, "users", "user", file.path, into: &users)
            try Self.merge(root, "contexts", "context", file.path, into: &contextEntries)
        }
    }

    private static func merge(
        _ root: JSONNode, _ list: String, _ key: String, _ file: String, into entries: inout [String: Entry]
    ) throws(JSONProblem) {
        for element in try root.optional(list)?.elements() ?? [] {
            let name = try element.member("name").string()
            guard entries[name] == nil else { continue }
            entries[name] = Entry(file: file, node: try element.optional(key) ?? JSONNode(.object([:])))
        }
    }

    /// The entry of a context, and the name that it is known by.
    func context(_ name: String?) throws(KubernetesError) -> (name: String, entry: Entry) {
        guard let chosen = name ?? currentContext else {
            throw KubernetesError(
                .badConfig, "\(place) names no current context", next: contexts.isEmpty ? "kubectl config view" : hint)
        }
        guard let entry = contextEntries[chosen] else {
            throw KubernetesError(
                .badConfig, "\(place) has no context \"\(chosen)\"", next: contexts.isEmpty ? "kubectl config view" : hint)
        }
        return (chosen, entry)
    }

    private var hint: String { "--context with one of: \(contexts.prefix(20).joined(separator: ", "))" }

    /// The files, for errors.
    var place: String { files.isEmpty ? "the kubeconfig" : files.joined(separator: ":") }

    /// Runs a reading, and tells the file beside the key of what is wrong.
    static func naming<Value>(_ file: String, _ body: () throws(JSONProblem) -> Value) throws(KubernetesError) -> Value {
        do {
            return try body()
        } catch {
            throw KubernetesError(.badConfig, "\(file): \(error)", next: "kubectl config view")
        }
    }
}
