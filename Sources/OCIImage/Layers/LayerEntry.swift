/// Something that a layer puts into the file system of an image.
public struct LayerEntry: Hashable, Sendable {
    /// What it is.
    public enum Content: Hashable, Sendable {
        /// A folder.
        case folder
        /// A file with these bytes.
        case bytes([UInt8])
        /// A file with the bytes of this one, as it is when the layer is written.
        case file(String)
        /// A symbolic link, with where it leads.
        case link(String)
    }

    /// Its path from the root of the image, without a leading slash.
    public var path: String
    /// What it is.
    public var content: Content
    /// Permissions, such as 0o755.
    public var mode: UInt16

    /// Makes one.
    public init(_ path: String, _ content: Content, mode: UInt16) {
        self.path = path
        self.content = content
        self.mode = mode
    }

    /// A file that is there for everybody to read.
    public static func text(_ path: String, _ text: String, isExecutable: Bool = false) -> LayerEntry {
        LayerEntry(path, .bytes(Array(text.utf8)), mode: isExecutable ? 0o755 : 0o644)
    }

    /// The entries with the folders that lead to them, each once, sorted so that a folder comes before what is in it.
    public static func withFolders(_ entries: [LayerEntry]) -> [LayerEntry] {
        var byPath: [String: LayerEntry] = [:]
        for entry in entries {
            var parts = entry.path.split(separator: "/")
            while parts.popLast() != nil, !parts.isEmpty {
                let folder = parts.joined(separator: "/")
                if byPath[folder] == nil { byPath[folder] = LayerEntry(folder, .folder, mode: 0o755) }
            }
        }
        for entry in entries { byPath[entry.path] = entry }
        return byPath.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}
