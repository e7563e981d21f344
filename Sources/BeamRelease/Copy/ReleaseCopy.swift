import Glibc

/// The copies of releases that replicas run from: each in a folder named by its digest, complete, read-only, and never the
/// build's own, which the next build changes under live nodes.
public enum ReleaseCopy {
    /// A copy that is there.
    public struct Installed: Hashable, Sendable {
        /// SHA-256 over the release it was made from, 64 hexadecimal digits.
        public var digest: String
        /// Its folder.
        public var path: String
        /// Whether it was made just now.
        public var isNew: Bool
    }

    /// Counts how copies are made; part of the digest, so that a copy made in another way gets another name.
    public static let format = 1

    /// The digest under which a release is kept. Reads every file of it.
    ///
    /// Throws ``ReleaseError`` when the release cannot be read or copied.
    public static func digest(of release: Release) throws(ReleaseError) -> String {
        try read(release, isCopy: false).digest
    }

    /// Whether a copy still is what its name says: reads every file of it. A copy is not forced to the disk when it is made, so
    /// one that was made just before the power went may be damaged: ask after each start of the machine, and ``remove`` it then.
    ///
    /// False also for one that is not there or is no release.
    public static func isIntact(digest: String, in folder: String) -> Bool {
        guard let release = try? Release.read(at: "\(folder)/\(digest)") else { return false }
        return (try? read(release, isCopy: true).digest) == digest
    }

    private static func read(_ release: Release, isCopy: Bool) throws(ReleaseError) -> TreeCopy.Made {
        let tree = try FileTree(root: release.root, leavingOut: leftByRunning(release.tool))
        let edited = isCopy ? editedFile(release) : nil
        let hashes = try inParallel(tree.entries.count) { place throws(ReleaseError) in
            let entry = tree.entries[place]
            guard case .file = entry.kind else { return TreeDigest.Hash() }
            let path = "\(tree.root)/\(entry.path)"
            if entry.path == edited { return try EnvironmentFile.hashOfOriginal(path) }
            return try TreeDigest.hash(try OpenFile(path, O_RDONLY), of: path)
        }
        return TreeCopy.Made(entries: tree.entries, hashes: hashes)
    }

    /// The one file of a release whose copy is not the same.
    static func editedFile(_ release: Release) -> String? {
        release.tool == .mix ? "\(release.versionFolder)/env.sh" : nil
    }

    /// Makes sure that there is a copy of a release in `<folder>/<digest>`, and returns it.
    ///
    /// The copy appears at once and whole: it is made beside and then renamed. Half a copy that somebody who was killed has
    /// left behind is removed. Files are 0444 or 0555, folders 0555. The copy of a mix release ends its `env.sh` with a line
    /// that sources the file named by `BEAMCTL_ENV_FILE`. What running a release leaves in it (`tmp`, `log`, a crash dump) is
    /// not copied. Files that are the same in an earlier copy are links to them.
    ///
    /// - Parameters:
    ///   - folder: Holds the copies; made (0700) when it is not there, its parent must be.
    ///   - mark: Makes the name of the unfinished copy unlike any other's.
    ///
    /// Throws ``ReleaseError``: `.diskFull` when there is no room (nothing is left behind), `.cannotCopy` when the release
    /// holds what cannot be copied, `.system` for everything else.
    public static func install(
        _ release: Release, into folder: String, mark: UInt64 = .random(in: 0...UInt64.max)
    ) throws(ReleaseError) -> Installed {
        if mkdir(folder, 0o700) == -1, errno != EEXIST { throw .failed("mkdir", folder, errno) }
        // Asked first, because most deploys find their release there already. A release that changes between this and the
        // copy gets the digest of what was copied.
        let original = try read(release, isCopy: false)
        let expected = original.digest
        if touch(digest: expected, in: folder) {
            return Installed(digest: expected, path: "\(folder)/\(expected)", isNew: false)
        }
        var known = KnownFiles(in: folder)
        let workplace = try Workplace.open(in: folder, mark: mark)
        do throws(ReleaseError) {
            let hashes = Dictionary(zip(original.entries.map(\.path), original.hashes)) { $1 }
            let made = try TreeCopy(release: release, target: workplace.path, known: known).make(expected: hashes)
            let digest = made.digest
            let path = "\(folder)/\(digest)"
            let isNew = try workplace.publish(as: path)
            known.add(made.entries, made.hashes, copy: digest, but: editedFile(release))
            return Installed(digest: digest, path: path, isNew: isNew)
        } catch {
            workplace.discard()
            throw error
        }
    }

    /// Whether there is a copy with this digest; then it is as young as a new one, for whoever removes old ones that nothing refers to.
    public static func touch(digest: String, in folder: String) -> Bool {
        TextFiles.exists("\(folder)/\(digest)") && utimes("\(folder)/\(digest)", nil) == 0
    }

    /// Removes a copy; nothing happens when there is none. It is out of sight at once, whatever happens then.
    ///
    /// Throws ``ReleaseError`` `.system` when it cannot be moved away.
    public static func remove(
        digest: String, from folder: String, mark: UInt64 = .random(in: 0...UInt64.max)
    ) throws(ReleaseError) {
        let path = "\(folder)/\(digest)"
        guard !digest.isEmpty, !digest.contains("/"), !digest.hasPrefix("."), TextFiles.exists(path) else { return }
        let doomed = "\(folder)/\(Workplace.prefix)\(mark)"
        try retrying(path, "rename") { rename(path, doomed) }
        Workplace.removeTree(doomed)
    }

    /// Removes the copies that nothing refers to, unless they are so young that a deploy of them may be under way.
    ///
    /// Never fails: what cannot be removed stays.
    public static func removeAll(in folder: String, but needed: Set<String>, olderThan seconds: Int) {
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        let now = time(nil)
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            guard name.utf8.count == 64, !needed.contains(name), stat("\(folder)/\(name)", &status) == 0,
                now - status.st_mtim.tv_sec > seconds
            else { continue }
            try? remove(digest: name, from: folder)
        }
    }

    /// What running a release in place leaves in it: not part of what was built.
    static func leftByRunning(_ tool: Release.Tool) -> Set<String> {
        switch tool {
        case .mix: ["tmp", "erl_crash.dump"]
        case .rebar3: ["log", "erl_crash.dump"]
        case .distillery: ["var", "log", "erl_crash.dump"]
        }
    }
}
