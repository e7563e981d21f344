import Glibc
import ProcessTree

/// Where the contents of files lie already, in copies that were made before: what a copy shares with them is linked, not written
/// again, for most of a release is the same each time. Kept in the folder of the copies, in the file ``name``.
///
/// Only what was copied since the machine was started counts. A copy is not forced to the disk, so that one of before may be damaged.
struct KnownFiles {
    /// What a file is like, whatever its name.
    struct Content: Hashable {
        /// SHA-256 of its bytes.
        var hash: TreeDigest.Hash
        var isExecutable: Bool
    }

    /// A file that has it.
    private struct Place {
        /// Relative to the folder of the copies.
        var path: String
        /// Whoever writes into a copy changes this.
        var stamp: Stamp
    }

    static let name = ".files"
    /// More than several large releases have. Beyond it older ones are forgotten.
    static let most = 20_000

    private let folder: String
    /// The first line: the format, and the start of the machine that this is true of; nil where that is not known.
    private let title: String?
    private var places: [Content: Place] = [:]

    /// Reads what is known; nothing where it is of another start of the machine, or cannot be read.
    ///
    /// - Parameter boot: The kernel's name for this start of the machine.
    init(in folder: String, boot: String? = MachineBoot.present) {
        self.folder = folder
        title = boot.map { "beamctl files 1 \($0)" }
        guard let title, let text = (try? TextFiles.text(of: "\(folder)/\(Self.name)")) ?? nil else { return }
        let lines = text.split(separator: "\n")
        guard lines.first.map(String.init) == title else { return }
        for line in lines.dropFirst().prefix(Self.most) {
            guard let (content, place) = Self.parse(line) else { continue }
            places[content] = place
        }
    }

    /// Makes a file by linking one with this content; false when there is none, or it cannot be linked.
    func link(_ content: Content, to path: String) -> Bool {
        guard let place = places[content], Stamp(of: "\(folder)/\(place.path)") == place.stamp else { return false }
        return Glibc.link("\(folder)/\(place.path)", path) == 0
    }

    /// Adds the files of a copy that is there, and writes down what is known. Never fails: what is not known is copied the next time.
    ///
    /// - Parameters:
    ///   - entries: What lies in the copy; `hashes` are those of its files, in the same order.
    ///   - edited: The one file that is not what its hash says.
    mutating func add(_ entries: [FileTree.Entry], _ hashes: [TreeDigest.Hash], copy: String, but edited: String?) {
        guard let title else { return }
        var files: [Content: Place] = [:]
        for (entry, hash) in zip(entries, hashes) {
            guard case .file(let isExecutable) = entry.kind, entry.path != edited, !entry.path.contains("\n"),
                let stamp = Stamp(of: "\(folder)/\(copy)/\(entry.path)")
            else { continue }
            files[Content(hash: hash, isExecutable: isExecutable)] = Place(path: "\(copy)/\(entry.path)", stamp: stamp)
        }
        for (content, place) in places where files.count < Self.most && files[content] == nil { files[content] = place }
        places = files
        write([title] + files.map { Self.line($0, $1) })
    }

    private func write(_ lines: [String]) {
        let path = "\(folder)/\(Self.name)"
        // What was left by whoever was killed; who writes at this moment is not known of, then.
        for name in TextFiles.names(in: folder) where name.hasPrefix("\(Self.name).") { unlink("\(folder)/\(name)") }
        let fresh = "\(path).\(UInt64.random(in: 0...UInt64.max))"
        do {
            let file = try OpenFile(fresh, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            try file.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: fresh)
            try retrying(path, "rename") { rename(fresh, path) }
        } catch {
            unlink(fresh)
        }
    }

    private static func line(_ content: Content, _ place: Place) -> String {
        "\(TreeDigest.hexadecimal(content.hash)) \(content.isExecutable ? "x" : "f") \(place.stamp.text) \(place.path)"
    }

    private static func parse(_ line: Substring) -> (Content, Place)? {
        let fields = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 4, let hash = TreeDigest.bytes(ofHexadecimal: fields[0]), hash.count == 32,
            fields[1] == "x" || fields[1] == "f", let stamp = Stamp(text: fields[2]), !fields[3].hasPrefix("/")
        else { return nil }
        return (Content(hash: hash, isExecutable: fields[1] == "x"), Place(path: String(fields[3]), stamp: stamp))
    }
}

/// The size of a file, and when it was last written to.
private struct Stamp: Equatable {
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    init?(of path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        (size, seconds, nanoseconds) = (Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }

    init?(text: Substring) {
        let numbers = text.split(separator: ".").compactMap { Int($0) }
        guard numbers.count == 3 else { return nil }
        (size, seconds, nanoseconds) = (numbers[0], numbers[1], numbers[2])
    }

    var text: String { "\(size).\(seconds).\(nanoseconds)" }
}
