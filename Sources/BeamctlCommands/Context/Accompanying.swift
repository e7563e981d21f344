import CLinux
import Dispatch
import FleetModel
import Foundation
import Glibc
import LocalPlatform

/// Runs a program in this one's place, with its terminal, its input and its output, and is there when it has ended: for what is to be
/// tidied up then.
enum Accompanying {
    /// Returns its exit code, or 128 and the number of the signal that ended it. What asks this process to end is passed on; an interrupt
    /// from the terminal reaches both, and is left to the program.
    ///
    /// When this process is killed, it is told to end (SIGTERM).
    ///
    /// With `endsWithCaller` it is ended when nobody reads its output any more: whoever called is elsewhere, and gone. Where
    /// it has no terminal, it and whatever it has started are ended then; a terminal tells them by itself that it is gone.
    ///
    /// Throws ``CommandFailure`` when it cannot be started.
    static func run(_ call: ProgramCall, endsWithCaller: Bool) throws -> Int32 {
        if let input = call.standardInput { try Becoming.feed(input) }
        let isApart = endsWithCaller && isatty(0) == 0 && isatty(1) == 0
        let pid = try start(call, inGroupOfItsOwn: isApart)
        signal(SIGINT, SIG_IGN)
        signal(SIGQUIT, SIG_IGN)
        // Dispatch handles these by itself; to ignore them now would take that away.
        let sources = [SIGTERM, SIGHUP].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { kill(isApart ? -pid : pid, number) }
            source.resume()
            return source
        }
        defer { sources.forEach { $0.cancel() } }
        if endsWithCaller { endWhenUnheard(isApart ? -pid : pid) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let ending = status & 0x7F
        return ending == 0 ? status >> 8 & 0xFF : 128 + ending
    }

    /// How long a program has to end before it is killed.
    private static let grace: UInt32 = 5

    /// In a thread of its own, for the present one waits for the program.
    private static func endWhenUnheard(_ target: pid_t) {
        Thread.detachNewThread {
            while !isUnheard(within: 500) {}
            kill(target, SIGTERM)
            sleep(grace)
            kill(target, SIGKILL)
        }
    }

    /// Whether nobody reads our output any more, which is waited for so many milliseconds. Not the errors: sshd keeps their pipe when its
    /// client has gone.
    private static func isUnheard(within milliseconds: Int32) -> Bool {
        var output = pollfd(fd: 1, events: 0, revents: 0)
        return poll(&output, 1, milliseconds) > 0 && Int32(output.revents) & (POLLERR | POLLHUP | POLLNVAL) != 0
    }

    private static func start(_ call: ProgramCall, inGroupOfItsOwn isApart: Bool) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        _ = call.directory.withCString { beamctl_spawn_in(&actions, $0) }
        // A program that outlives us must not hold what we hold: the daemon knows by our connections that we live.
        beamctl_spawn_closing_from(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (isApart ? POSIX_SPAWN_SETPGROUP : 0)))
        // The thread that starts it is the one that waits for it, so the kernel takes no end of a thread for ours.
        let keeper = Surroundings.current().machine.path(of: .keeper)
        guard !call.executable.hasPrefix("/") || access(call.executable, F_OK) == 0 else {
            throw missing(call.executable, ENOENT)
        }
        let words = [keeper, "--tied", "\(getpid())", call.executable] + call.arguments
        let arguments = words.map { strdup($0) } + [nil]
        let environment = call.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, keeper, &actions, &attributes, arguments, environment)
        guard code == 0 else { throw missing(keeper, code) }
        return pid
    }

    private static func missing(_ program: String, _ code: Int32) -> CommandFailure {
        CommandFailure(
            "system", code == ENOENT ? "there is no \(program)" : "cannot start \(program): \(String(cString: strerror(code)))")
    }
}
