import CLinux
import Glibc

/// Starts a program as the leader of a session and a process group of its own: nothing on standard input, signals as by default, the
/// environment as given.
public enum SessionLeader {
    /// Where what it says goes.
    public enum Output {
        /// Its output and its errors, to descriptors of this process.
        case descriptors(Int32, Int32)
        /// Both, to the end of a file, which is made for its owner alone.
        case appended(String)
    }

    /// Why it does not run: an error number of the system.
    public struct Failure: Error {
        /// The number (errno(3)).
        public let number: Int32
    }

    /// Starts it and returns its process id.
    ///
    /// - Parameters:
    ///   - executable: A path.
    ///   - environment: `NAME=value`.
    ///   - directory: Where it runs; nil: where this process does.
    ///   - inherits: Whether it keeps descriptors of this process that are not closed on exec. What this process was given (a lock, a
    ///     pipe that somebody reads to its end) would live as long as the program.
    public static func start(
        _ executable: String, _ arguments: [String], environment: [String], directory: String? = nil, output: Output,
        inherits: Bool = false
    ) throws(Failure) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        switch output {
        case .descriptors(let stdout, let stderr):
            posix_spawn_file_actions_adddup2(&actions, stdout, 1)
            posix_spawn_file_actions_adddup2(&actions, stderr, 2)
        case .appended(let path):
            posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        if !inherits { beamctl_spawn_closing_from(&actions, 3) }
        if let directory { beamctl_spawn_in(&actions, directory) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, beamctl_spawn_own_session())

        let argv = ([executable] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, executable, &actions, &attributes, argv, envp)
        guard result == 0 else { throw Failure(number: result) }
        return pid
    }
}
