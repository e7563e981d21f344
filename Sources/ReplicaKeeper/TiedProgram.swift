import CLinux
import Glibc

/// A program with the terminal, the input and the output of the command that it is run for, which is told to end when that command has
/// ended, however it ended: the kernel does, and goes on doing it when the program has taken this one's place.
enum TiedProgram {
    /// Becomes it. Returns only where it cannot be started.
    ///
    /// - Parameter words: The process id of the command, the program's path, and its arguments.
    static func become(_ words: [String]) -> KeeperError {
        guard words.count > 1, let caller = pid_t(words[0]) else { return KeeperError("--tied takes a process id and a program") }
        beamctl_end_with_parent(SIGTERM)
        // It may have ended before that was said.
        guard getppid() == caller else { exit(128 + SIGTERM) }
        let arguments = words.dropFirst().map { strdup($0) } + [nil]
        execv(words[1], arguments)
        return .system("start \(words[1])")
    }
}
