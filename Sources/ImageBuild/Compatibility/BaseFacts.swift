import OCIImage

/// What a base image has of what a release needs, read once from its layers.
struct BaseFacts: Hashable, Codable, Sendable {
    /// The libraries that its loader finds, by the name that programs ask for, with the versions of symbols that each defines.
    var libraries: [String: [String]] = [:]
    /// The machine that its libraries are for (`e_machine`); nil when it has none.
    var machine: Int?
    /// Dynamic loaders: `/lib64/ld-linux-x86-64.so.2`.
    var loaders: [String] = []
    /// Which of the programs that the entrypoint and start scripts call are there.
    var programs: [String] = []
    /// Why it could not be looked into; nil: it could.
    var unread: String?

    /// What start scripts and the entrypoint call.
    static let wantedPrograms = ["sh", "awk", "sed", "cat", "erl"]
    private static let largestLibrary = 128 << 20

    /// Facts of an image with nothing in it.
    init() {}

    /// Looks into an image. Throws `OCIError` for a damaged one, or one with entries that lead out of it.
    init(of image: Image, in store: ImageStore) throws(OCIError) {
        if let layer = image.manifest.layers.first(where: { MediaType.compression(of: $0.mediaType) == .other }) {
            unread = "layer \(layer.digest.short) is a \(layer.mediaType)"
            return
        }
        var files: [String: ELFFile] = [:]
        let tree = try ImageTree(of: image, in: store) { path, _ in
            SystemLibraries.holds(path) ? Self.largestLibrary : nil
        } found: { path, bytes in
            files[path] = ELFFile(bytes)
        }
        for path in tree.nodes.keys where SystemLibraries.holds(path) {
            guard let target = tree.resolve(path), let file = files[target] else { continue }
            let name = path.split(separator: "/").last.map(String.init) ?? path
            libraries[name] = Array(Set(libraries[name] ?? []).union(file.defined)).sorted()
            machine = machine ?? file.machine
        }
        loaders = SystemLibraries.loaders.filter { tree.resolve($0) != nil }
        programs = Self.wantedPrograms.filter { name in
            ["bin", "usr/bin", "usr/local/bin"].contains { folder in
                tree.resolve("\(folder)/\(name)").map { if case .file = tree.nodes[$0] { true } else { false } } ?? false
            }
        }
    }
}
