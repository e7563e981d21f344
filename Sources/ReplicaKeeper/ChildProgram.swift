import CLinux
import Glibc

/// Starts what a spec names: leader of a session and a process group of its own, nothing on standard input, signals as by default, the
/// environment as given.
enum ChildProgram {
    /// Starts it and returns its process id.
    ///
    /// - Parameters:
    ///   - stdout: Where its output goes; this process' own by default.
    ///   - stderr: Where its errors go.
    static func start(_ spec: KeeperSpec, stdout: Int32 = 1, stderr: Int32 = 2) throws(KeeperError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, stdout, 1)
        posix_spawn_file_actions_adddup2(&actions, stderr, 2)
        beamctl_spawn_in(&actions, spec.directory)

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
}

/// A NULL-terminated array of C strings.
private struct CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) {
        pointers = strings.map { strdup($0) } + [nil]
    }

    func free() {
        for pointer in pointers { Glibc.free(pointer) }
    }
}
