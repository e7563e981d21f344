import CLinux
import Dispatch
import FleetModel
import Glibc

/// Runs a program in this one's place, with its terminal, its input and its output, and is there when it has ended: for what is to be
/// tidied up then.
enum Accompanying {
    /// Returns its exit code, or 128 and the number of the signal that ended it. What asks this process to end is passed on; an interrupt
    /// from the terminal reaches both, and is left to the program.
    ///
    /// Throws ``CommandFailure`` when it cannot be started.
    static func run(_ call: ProgramCall) throws -> Int32 {
        if let input = call.standardInput { try Becoming.feed(input) }
        let pid = try start(call)
        signal(SIGINT, SIG_IGN)
        signal(SIGQUIT, SIG_IGN)
        // Dispatch handles these by itself; to ignore them now would take that away.
        let sources = [SIGTERM, SIGHUP].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { kill(pid, number) }
            source.resume()
            return source
        }
        defer { sources.forEach { $0.cancel() } }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let ending = status & 0x7F
        return ending == 0 ? status >> 8 & 0xFF : 128 + ending
    }

    private static func start(_ call: ProgramCall) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        _ = call.directory.withCString { beamctl_spawn_in(&actions, $0) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let arguments = ([call.executable] + call.arguments).map { strdup($0) } + [nil]
        let environment = call.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, call.executable, &actions, &attributes, arguments, environment)
        guard code == 0 else {
            throw CommandFailure(
                "system",
                code == ENOENT
                    ? "there is no \(call.executable)" : "cannot start \(call.executable): \(String(cString: strerror(code)))")
        }
        return pid
    }
}
