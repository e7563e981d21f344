import Glibc

/// A lock that is held as long as the process lives, whatever ends it.
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
    }

    deinit {
        close(descriptor)
    }
}
