import Glibc

/// Locks of open files (`F_OFD_SETLK`, fcntl(2)): held until the last process that inherited the descriptor has ended.
public enum OpenFileLock {
    // Linux's numbers; their names are hidden behind _GNU_SOURCE.
    private static let (ask, set, wait): (Int32, Int32, Int32) = (36, 37, 38)

    /// Whether nobody else holds the lock of a file; takes nothing.
    public static func isFree(_ descriptor: Int32) -> Bool {
        var whole = lock()
        return fcntl(descriptor, ask, &whole) == 0 && whole.l_type == Int16(F_UNLCK)
    }

    /// Takes the lock if it is free.
    public static func tryTake(_ descriptor: Int32) -> Bool {
        var whole = lock()
        return fcntl(descriptor, set, &whole) == 0
    }

    /// Takes the lock, however long that takes.
    public static func take(_ descriptor: Int32) {
        var whole = lock()
        while fcntl(descriptor, wait, &whole) != 0 && errno == EINTR {}
    }

    private static func lock() -> flock {
        flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }
}
