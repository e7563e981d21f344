import Glibc
import Testing

/// A program that runs beside the test. Foundation's `Process` knows a child's end by a socket that the child inherits; a BEAM
/// closes what it inherits, and then `Process` may wait for ever. So programs are started here without it.
struct Daemon {
    let processID: pid_t

    /// `POSIX_SPAWN_SETSID`, which Swift does not see, and `POSIX_SPAWN_SETSIGMASK` (`spawn.h`): the threads that tests run on
    /// block signals, and a child would inherit that and never hear a SIGTERM.
    private static let flags: Int16 = 0x80 | 0x08

    /// Starts a program in a session of its own, with exactly this environment; its input, output and errors are files.
    init(
        _ executable: String, _ arguments: [String], environment: [String: String], directory: String,
        input: String = "/dev/null", output: String, errors: String? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        if let errors {
            posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, Self.flags)
        let words = (["/usr/bin/env", "-C", directory, executable] + arguments).map { strdup($0) }
        let variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        try #require(posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, words + [nil], variables + [nil]) == 0)
        processID = pid
    }

    /// Waits for its end: the exit status, or 128 and the signal.
    @discardableResult
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(processID, &status, 0) == -1, errno == EINTR {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    /// Ends it with all that it has started.
    func kill(_ signal: Int32 = SIGKILL) {
        Glibc.kill(-processID, signal)
        wait()
    }
}
