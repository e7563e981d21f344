/// The file system of an image: its layers laid over each other, as a container sees it (OCI image specification, "Applying Changesets").
public struct ImageTree: Sendable {
    /// Something in it.
    public enum Node: Hashable, Sendable {
        /// A folder.
        case folder
        /// A file with so many bytes.
        case file(size: Int, mode: UInt16)
        /// A symbolic link.
        case link(to: String)
        /// A device or a pipe.
        case special
    }

    /// What there is, by its path without a leading slash.
    public private(set) var nodes: [String: Node] = [:]
    /// The files in each folder are found by this.
    private var children: [String: Set<String>] = [:]

    /// What unpacks to more is refused.
    static let longest = 64 << 30
    private static let whiteout = ".wh."
    private static let opaque = ".wh..wh..opq"

    /// Makes an empty one.
    public init() {}

    /// Reads the layers of an image.
    ///
    /// - Parameters:
    ///   - wanted: How many bytes a file may have at most whose content is to be handed over; nil: it is not.
    ///   - found: Gets the content of such a file. A higher layer may bring it again, or remove it.
    ///
    /// Throws ``OCIError`` `.badArchive` for a damaged layer, a path or a link that leads out of it; `.badImage` for one that is
    /// compressed with something else than gzip.
    public init(
        of image: Image, in store: ImageStore, wanted: (String, Node) -> Int? = { _, _ in nil },
        found: (String, [UInt8]) -> Void = { _, _ in }
    ) throws(OCIError) {
        for layer in image.layers {
            let place = "layer \(layer.descriptor.digest.short)"
            let file = try FileSource(store.blobs.path(of: layer.descriptor.digest))
            let source: any ByteSource =
                switch MediaType.compression(of: layer.descriptor.mediaType) {
                case .none: file
                case .gzip: try Inflation(file, at: place, longest: Self.longest)
                case .other:
                    throw OCIError(.badImage, at: place, "is a \(layer.descriptor.mediaType), which cannot be looked into")
                }
            try apply(TarReader(source, at: place), at: place, wanted, found)
        }
    }

    private mutating func apply(
        _ archive: TarReader, at place: String, _ wanted: (String, Node) -> Int?, _ found: (String, [UInt8]) -> Void
    ) throws(OCIError) {
        var archive = archive
        // What a layer removes is what lies below it, wherever in the layer the mark stands.
        var own: Set<String> = []
        while let entry = try archive.next() {
            let path = try TarPath.inside(entry.path, at: place)
            if path.isEmpty { continue }
            let (folder, name) = Self.split(path)
            if name == Self.opaque {
                for child in children[folder] ?? [] where !own.contains(child) { remove(child, keeping: own) }
            } else if name.hasPrefix(Self.whiteout) {
                remove((folder.isEmpty ? "" : folder + "/") + name.dropFirst(Self.whiteout.count), keeping: own)
            } else {
                try TarPath.checkLink(entry.kind, of: path, at: place)
                let node = try node(of: entry, at: place)
                if node != .folder, nodes[path] == .folder { remove(path, keeping: own) }
                add(path, node)
                own.insert(path)
                if let longest = wanted(path, node), entry.size <= longest, case .file = entry.kind {
                    found(path, try archive.content(longest: longest))
                }
            }
        }
    }

    private func node(of entry: TarEntry, at place: String) throws(OCIError) -> Node {
        switch entry.kind {
        case .file: .file(size: entry.size, mode: entry.mode)
        case .folder: .folder
        case .symbolicLink(let target): .link(to: target)
        case .hardLink(let target): .link(to: "/" + (try TarPath.inside(target, at: place)))
        case .special: .special
        }
    }

    private mutating func add(_ path: String, _ node: Node) {
        nodes[path] = node
        var child = path
        while !child.isEmpty {
            let folder = Self.split(child).folder
            guard children[folder, default: []].insert(child).inserted else { return }
            if !folder.isEmpty, nodes[folder] == nil { nodes[folder] = .folder }
            child = folder
        }
    }

    private mutating func remove(_ path: String, keeping own: Set<String>) {
        for child in children[path] ?? [] { remove(child, keeping: own) }
        guard !own.contains(path), children[path]?.isEmpty ?? true else { return }
        nodes[path] = nil
        children[path] = nil
        children[Self.split(path).folder]?.remove(path)
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    /// The path that a path leads to once every link is followed; nil when there is nothing, or the links go round in a circle.
    public func resolve(_ path: String) -> String? {
        var (done, rest): ([String], [Substring]) = ([], path.split(separator: "/").reversed())
        var links = 0
        while let part = rest.popLast() {
            if part == "." { continue }
            if part == ".." {
                _ = done.popLast()
                continue
            }
            let here = (done + [String(part)]).joined(separator: "/")
            switch nodes[here] {
            case nil: return nil
            case .link(let target):
                links += 1
                guard links <= 40 else { return nil }
                if target.hasPrefix("/") { done = [] }
                rest += target.split(separator: "/").reversed()
            case .folder, .file, .special: done.append(String(part))
            }
        }
        return done.joined(separator: "/")
    }
}
