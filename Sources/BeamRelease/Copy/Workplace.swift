import Glibc

/// A folder in which a copy is being made, beside the finished ones. Whoever works in it holds a lock on it, so that what a
/// killed one left behind is known: nobody holds its lock.
struct Workplace: ~Copyable {
    static let prefix = ".unfinished-"

    let path: String
    private let lock: OpenFile

    /// Removes what others have left behind, then makes one. The folder is locked for that moment, so that nobody takes one
    /// that is made and not yet locked for left behind.
    static func open(in folder: String, mark: UInt64) throws(ReleaseError) -> Workplace {
        let whole = try OpenFile(folder, O_RDONLY | O_DIRECTORY)
        try retrying(folder, "flock") { flock(whole.descriptor, LOCK_EX) }
        removeLeftovers(in: folder)
        return try Workplace(in: folder, mark: mark)
    }

    /// Makes one and locks it.
    init(in folder: String, mark: UInt64) throws(ReleaseError) {
        let path = "\(folder)/\(Self.prefix)\(mark)"
        try retrying(path, "mkdir") { mkdir(path, 0o700) }
        let lock = try OpenFile(path, O_RDONLY | O_DIRECTORY)
        try retrying(path, "flock") { flock(lock.descriptor, LOCK_EX | LOCK_NB) }
        self.path = path
        self.lock = lock
    }

    /// Renames it; false when somebody else has put one there in the meantime, which is then as good.
    func publish(as target: String) throws(ReleaseError) -> Bool {
        if rename(path, target) == 0 { return true }
        guard errno == EEXIST || errno == ENOTEMPTY else { throw .failed("rename", target, errno) }
        discard()
        return false
    }

    /// Removes it with all that is in it.
    func discard() { Self.removeTree(path) }

    /// Removes all that nobody works in.
    static func removeLeftovers(in folder: String) {
        for name in TextFiles.names(in: folder) where name.hasPrefix(prefix) {
            let path = "\(folder)/\(name)"
            guard let lock = try? OpenFile(path, O_RDONLY | O_DIRECTORY) else { continue }
            if flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 { removeTree(path) }
        }
    }

    /// Removes a tree, read-only folders too. What cannot be removed stays, for the next time.
    static func removeTree(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        chmod(path, 0o700)
        for name in TextFiles.names(in: path) { removeTree("\(path)/\(name)") }
        rmdir(path)
    }
}
