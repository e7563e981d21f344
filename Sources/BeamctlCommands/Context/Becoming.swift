import CLinux
import FleetModel
import Glibc

/// Replaces this process by another program, so that its terminal, its signals and its exit code are the user's own.
enum Becoming {
    /// Does not return unless the program cannot be started, which it throws.
    static func become(_ call: ProgramCall) throws -> Never {
        setSignalsFree()
        if let input = call.standardInput { try feed(input) }
        guard chdir(call.directory) == 0 else { throw failure("enter \(call.directory)") }
        let arguments = ([call.executable] + call.arguments).map { strdup($0) } + [nil]
        let environment = call.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        execve(call.executable, arguments, environment)
        throw failure("start \(call.executable)")
    }

    /// What a program inherits of signals is ours to give back: threads of a task block them all, and we ignore some.
    private static func setSignalsFree() {
        for number in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU] { signal(number, SIG_DFL) }
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
    }

    /// Puts a text where the program reads its standard input: a file that has no name any more, so nothing is left of it.
    static func feed(_ text: String) throws {
        var template = Array("/tmp/beamctl-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure("make a temporary file") }
        unlink(template)
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, lseek(descriptor, 0, SEEK_SET) == 0, dup2(descriptor, 0) == 0
        else { throw failure("write a temporary file") }
        close(descriptor)
    }

    private static func failure(_ what: String) -> CommandFailure {
        CommandFailure("system", "cannot \(what): \(String(cString: strerror(errno)))")
    }
}
