/// What a release is made of, as it goes into an image: paths and where their bytes are.
public enum ReleaseContents {
    /// Something in a release.
    public struct Entry: Hashable, Sendable {
        /// Its path relative to the release's root.
        public var path: String
        /// What it is.
        public var kind: Kind
    }

    /// What it is.
    public enum Kind: Hashable, Sendable {
        /// A folder.
        case folder
        /// A file, with its absolute path.
        case file(path: String, isExecutable: Bool)
        /// A file that differs from the one on disk.
        case text(String, isExecutable: Bool)
        /// A symbolic link, with where it leads: within the release.
        case link(target: String)
    }

    /// What the `env.sh` of a mix release gets at its end, so that it sources the file named by `BEAMCTL_ENV_FILE`.
    public static var environmentLines: String { EnvironmentFile.sourcingLines }

    /// Everything in a release but what running it left there, its secrets and its dates, sorted by path.
    ///
    /// The `env.sh` of a mix release ends with a line that sources the file named by `BEAMCTL_ENV_FILE`, as that of ``ReleaseCopy`` does.
    /// `releases/COOKIE` stays out: an image is read by more people than a cluster has. So do `*.script`, the readable half of boot
    /// scripts, which no VM reads and in which systools writes the time of day.
    ///
    /// Throws ``ReleaseError`` `.cannotCopy`, `.system`.
    public static func entries(of release: Release) throws(ReleaseError) -> [Entry] {
        let edited = ReleaseCopy.editedFile(release)
        let tree = try FileTree(
            root: release.root, leavingOut: ReleaseCopy.leftByRunning(release.tool).union(["releases/COOKIE"]))
        var entries: [Entry] = []
        for entry in tree.entries {
            switch entry.kind {
            case .folder: entries.append(Entry(path: entry.path, kind: .folder))
            case .link(let target): entries.append(Entry(path: entry.path, kind: .link(target: target)))
            case .file(let isExecutable):
                if entry.path.hasPrefix("releases/"), entry.path.hasSuffix(".script") { continue }
                let path = "\(release.root)/\(entry.path)"
                if entry.path == edited {
                    let text = try TextFiles.text(of: path) ?? ""
                    entries.append(
                        Entry(path: entry.path, kind: .text(text + EnvironmentFile.sourcingLines, isExecutable: isExecutable)))
                } else {
                    entries.append(Entry(path: entry.path, kind: .file(path: path, isExecutable: isExecutable)))
                }
            }
        }
        return entries
    }
}
