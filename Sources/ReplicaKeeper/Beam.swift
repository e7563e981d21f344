import CLinux
import Glibc

/// The BEAM as a child process: leader of a session and a process group of its own.
struct Beam {
    let pid: pid_t
    let stdout: Int32
    let stderr: Int32

    /// Starts it: nothing on standard input, its output on two pipes, signals as by default, the environment as given.
    init(_ spec: KeeperSpec) throws(KeeperError) {
        let (stdout, childStdout) = try Self.pipe()
        let (stderr, childStderr) = try Self.pipe()
        defer {
            close(childStdout)
            close(childStderr)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, childStdout, 1)
        posix_spawn_file_actions_adddup2(&actions, childStderr, 2)
        beamctl_spawn_in(&actions, spec.directory)

        self.stdout = stdout
        self.stderr = stderr
        pid = try Self.spawn(spec, &actions)
    }

    private static func spawn(
        _ spec: KeeperSpec, _ actions: inout posix_spawn_file_actions_t
    ) throws(KeeperError) -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, beamctl_spawn_own_session())

        let arguments = CStrings([spec.executable] + spec.arguments)
        let environment = CStrings(spec.environment)
        defer {
            arguments.free()
            environment.free()
        }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, spec.executable, &actions, &attributes, arguments.pointers, environment.pointers)
        guard result == 0 else {
            errno = result
            throw .system("start \(spec.executable)")
        }
        return pid
    }

    private static func pipe() throws(KeeperError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard beamctl_pipe(&ends) == 0 else { throw .system("make a pipe") }
        return (ends[0], ends[1])
    }
}

/// A NULL-terminated array of C strings.
struct CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) {
        pointers = strings.map { strdup($0) } + [nil]
    }

    func free() {
        for pointer in pointers { Glibc.free(pointer) }
    }
}
