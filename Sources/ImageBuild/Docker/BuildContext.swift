public import BeamRelease
import Glibc
public import OCIImage

/// What a Docker Engine is given to build of: the Dockerfile, what beamctl adds, and the project's files or a release that is there already.
public struct BuildContext: Sendable {
    /// Where beamctl's own files lie in it.
    static let ours = ".beamctl"
    /// The path of the Dockerfile in it.
    public static let dockerfile = "\(ours)/Dockerfile"

    private var entries: [LayerEntry] = []
    private static let mostEntries = 200_000
    private static let deepest = 64

    /// Begins one.
    public init(dockerfile: String, release: String, tool: Release.Tool) {
        entries = Self.files(dockerfile: dockerfile, release: release, tool: tool).map { name, text, isExecutable in
            .text("\(Self.ours)/\(name)", text, isExecutable: isExecutable)
        }
    }

    /// The files that a Dockerfile of ours is built with, to lie in `.beamctl` beside the project's.
    public static func files(
        dockerfile: String, release: String, tool: Release.Tool
    ) -> [(name: String, text: String, isExecutable: Bool)] {
        [
            ("Dockerfile", dockerfile, false), ("entrypoint", Entrypoint.text, true), ("peer_agent.erl", PeerAgent.text, false),
            // Its version is what releases/start_erl.data says.
            ("release", "name=\(release)\ntool=\(tool.rawValue)\n", false), ("env.sh", ReleaseContents.environmentLines, false),
        ]
    }

    /// Adds a folder of this machine, without what the rules leave out. Links stay links.
    ///
    /// Throws `OCIError`.
    public mutating func add(folder: String, at place: String, rules: IgnoreRules) throws(OCIError) {
        try add(folder, "", place.isEmpty ? "" : place + "/", rules, depth: 0)
    }

    /// Adds a release that is there already.
    public mutating func add(_ release: Release) throws {
        for entry in try ReleaseContents.entries(of: release) {
            let path = "\(Self.ours)/built/\(entry.path)"
            switch entry.kind {
            case .folder: entries.append(LayerEntry(path, .folder, mode: 0o755))
            case .file(let file, let isExecutable):
                entries.append(LayerEntry(path, .file(file), mode: isExecutable ? 0o755 : 0o644))
            case .text(let text, let isExecutable): entries.append(.text(path, text, isExecutable: isExecutable))
            case .link(let target): entries.append(LayerEntry(path, .link(target), mode: 0o777))
            }
        }
    }

    private mutating func add(
        _ root: String, _ path: String, _ prefix: String, _ rules: IgnoreRules, depth: Int
    ) throws(OCIError) {
        guard depth <= Self.deepest else {
            throw OCIError(.tooLarge, at: "\(root)/\(path)", "more than \(Self.deepest) folders deep")
        }
        for name in try SystemFiles.names(in: path.isEmpty ? root : "\(root)/\(path)") {
            let inside = path.isEmpty ? name : "\(path)/\(name)"
            if inside == Self.ours { continue }
            let isOut = rules.leavesOut(inside)
            if isOut, !rules.takesBack { continue }
            let full = "\(root)/\(inside)"
            var status = stat()
            guard lstat(full, &status) == 0 else { continue }
            guard entries.count < Self.mostEntries else {
                throw OCIError(
                    .tooLarge, at: root, "more than \(Self.mostEntries) files", next: "leave some out in .dockerignore")
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                if !isOut { entries.append(LayerEntry(prefix + inside, .folder, mode: 0o755)) }
                try add(root, inside, prefix, rules, depth: depth + 1)
            case S_IFREG where !isOut:
                entries.append(LayerEntry(prefix + inside, .file(full), mode: UInt16(status.st_mode & 0o777)))
            case S_IFLNK where !isOut:
                entries.append(LayerEntry(prefix + inside, .link(try SystemFiles.target(ofLink: full)), mode: 0o777))
            default: break
            }
        }
    }

    /// Writes it as a tar archive. Throws `OCIError`.
    public func write(to path: String) throws(OCIError) {
        try TarFile.write(LayerEntry.withFolders(entries), to: path)
    }
}
