import CLinux
import FoundationEssentials
import Glibc

/// Starts a program of ours that is to outlive this process: in a session of its own, with nothing inherited.
enum ChildProgram {
    /// Starts it and returns its process id. Its output goes to `output`, appended. Throws ``LocalPlatformError``.
    static func start(_ executable: String, _ arguments: [String], environment: [String], output: String) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // What the caller was given (a lock, a pipe that somebody reads to its end) must not live as long as the child.
        beamctl_spawn_closing_from(&actions, 3)

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
        guard result == 0 else {
            throw LocalPlatformError(
                "cannot start \(executable): \(String(cString: strerror(result)))",
                hint: "beamctl doctor")
        }
        return pid
    }
}
