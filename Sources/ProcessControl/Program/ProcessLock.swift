import Glibc

/// A lock that is held as long as the process lives, whatever ends it. Its file holds the process's id.
package struct ProcessLock: ~Copyable {
    private let descriptor: Int32

    package enum Problem: Error {
        /// Another process holds it.
        case held
        /// The file cannot be opened.
        case unusable(reason: String)
    }

    package init(path: String) throws(Problem) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .unusable(reason: String(cString: strerror(errno))) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(file)
            throw reason == EWOULDBLOCK ? .held : .unusable(reason: String(cString: strerror(reason)))
        }
        descriptor = file
        ftruncate(file, 0)
        let text = Array("\(getpid())\n".utf8)
        pwrite(file, text, text.count, 0)
    }

    /// Whether a process holds the lock.
    package static func isHeld(path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// The process that took the lock last; it may have ended since.
    package static func lastHolder(path: String) -> Int32? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 16)
        let count = read(file, &text, text.count)
        guard count > 0 else { return nil }
        return Int32(String(decoding: text[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    deinit {
        close(descriptor)
    }
}
