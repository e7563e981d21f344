/// What stands in one header of a tar archive.
package struct TarEntry: Hashable, Sendable {
    /// What it is.
    package enum Kind: Hashable, Sendable {
        case file
        case folder
        /// Where it leads, as it was written.
        case symbolicLink(to: String)
        /// The path of the entry whose content this one is too.
        case hardLink(to: String)
        /// A device or a pipe.
        case special
    }

    /// The path as it was written.
    package var path: String
    package var kind: Kind
    /// Permissions, the lowest twelve bits.
    package var mode: UInt16
    /// Bytes of content.
    package var size: Int

    package init(path: String, kind: Kind, mode: UInt16, size: Int) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.size = size
    }
}

/// Where an entry of an image belongs, whatever it is called.
package enum TarPath {
    /// A path without a leading `./` and without a slash at its end; empty for the root itself.
    ///
    /// Throws ``OCIError`` `.badArchive` for one that leads out of the archive: absolute, or with `..` in it.
    package static func inside(_ path: String, at place: String) throws(OCIError) -> String {
        guard !path.hasPrefix("/") else {
            throw OCIError(.badArchive, at: place, "holds an absolute path: \(shown(path))", next: hint)
        }
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard !parts.contains("..") else {
            throw OCIError(.badArchive, at: place, "holds a path that leads out of it: \(shown(path))", next: hint)
        }
        return parts.joined(separator: "/")
    }

    /// Checks where the links of an entry lead. Symbolic ones may be absolute: that is the root of the image.
    package static func checkLink(_ kind: TarEntry.Kind, of path: String, at place: String) throws(OCIError) {
        switch kind {
        case .hardLink(let target): _ = try inside(target, at: place)
        case .symbolicLink(let target):
            guard !target.hasPrefix("/") else { return }
            var depth = path.split(separator: "/").count - 1
            for part in target.split(separator: "/") where part != "." {
                depth += part == ".." ? -1 : 1
                if depth < 0 {
                    throw OCIError(
                        .badArchive, at: place, "holds a link that leads out of it: \(shown(path)) → \(shown(target))", next: hint
                    )
                }
            }
        case .file, .folder, .special: break
        }
    }

    /// For an error: short, and without what a terminal would take for a command.
    package static func shown(_ path: String) -> String {
        let plain = path.unicodeScalars.prefix(120).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) }
        return "'\(String(plain))'"
    }

    private static let hint = "take the image from somewhere else: no tool writes this by itself"
}
