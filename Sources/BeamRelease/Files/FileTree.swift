import Glibc

/// What lies in a folder, without following links.
struct FileTree {
    /// One thing in the folder.
    struct Entry {
        /// Its path relative to the folder.
        var path: String
        var kind: Kind
    }

    /// What it is.
    enum Kind: Equatable {
        case folder
        case file(isExecutable: Bool)
        case link(target: String)
    }

    /// More than any release has; a tree beyond it is a mistake.
    static let mostEntries = 200_000
    static let deepest = 64

    let root: String
    /// Sorted by the bytes of their paths, so that folders come before what is in them.
    private(set) var entries: [Entry] = []

    /// Lists a folder; `leavingOut` are paths relative to it.
    init(root: String, leavingOut: Set<String> = []) throws(ReleaseError) {
        self.root = root
        try list("", depth: 0, leavingOut: leavingOut)
        entries.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private mutating func list(_ folder: String, depth: Int, leavingOut: Set<String>) throws(ReleaseError) {
        guard depth <= Self.deepest else {
            throw ReleaseError(.cannotCopy, at: "\(root)/\(folder)", "more than \(Self.deepest) folders deep")
        }
        for name in TextFiles.names(in: "\(root)/\(folder)") {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            if leavingOut.contains(path) { continue }
            guard entries.count < Self.mostEntries else {
                throw ReleaseError(.cannotCopy, at: root, "more than \(Self.mostEntries) files")
            }
            let kind = try kind(of: path)
            entries.append(Entry(path: path, kind: kind))
            if kind == .folder { try list(path, depth: depth + 1, leavingOut: leavingOut) }
        }
    }

    private func kind(of path: String) throws(ReleaseError) -> Kind {
        let full = "\(root)/\(path)"
        var status = stat()
        try retrying(full, "lstat") { lstat(full, &status) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFREG: return .file(isExecutable: status.st_mode & 0o111 != 0)
        case S_IFLNK:
            let target = try Self.target(of: full)
            guard Self.staysInside(target, from: path) else {
                throw ReleaseError(
                    .cannotCopy, at: full, "is a link that leads out of the release, to \(target)",
                    next: "build with dev_mode false (rebar3 as prod release), or copy the file in")
            }
            return .link(target: target)
        default:
            throw ReleaseError(
                .cannotCopy, at: full, "is neither a file nor a folder nor a link",
                next: "remove it: a release holds no sockets, pipes or devices")
        }
    }

    private static func target(of path: String) throws(ReleaseError) -> String {
        let buffer = Buffer(count: Int(PATH_MAX))
        let count = try retrying(path, "readlink") { () -> Int in
            guard let start = buffer.bytes.bindMemory(to: CChar.self).baseAddress else { return -1 }
            return readlink(path, start, buffer.bytes.count)
        }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    /// Whether a link's target, followed by name alone, stays in the tree all the way. A link to a link is judged at each.
    static func staysInside(_ target: String, from path: String) -> Bool {
        guard !target.hasPrefix("/"), !target.isEmpty else { return false }
        var depth = path.split(separator: "/").count - 1
        for part in target.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return false }
        }
        return true
    }
}
