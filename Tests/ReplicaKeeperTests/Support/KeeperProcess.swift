import Foundation
import Glibc

/// A real `beamctl-keeper`, started beside the test as a daemon would: with nothing but its standard streams.
final class KeeperProcess {
    struct Ending: Equatable {
        var code: Int32?
        var signal: Int32?
    }

    let pid: pid_t
    /// What it says on standard error; its end is the keeper's end, since it hands that pipe to nobody.
    private let errors: LineReader
    private var hasEnded = false

    /// The executable that is built beside the tests.
    static var executable: String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "beamctl-keeper").path
    }

    /// - Parameters:
    ///   - input: What it reads; nil: nothing.
    ///   - output: Where its output goes; nil: nowhere.
    init(_ arguments: [String], environment: [String] = [], input: Int32? = nil, output: Int32? = nil) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        var argv = ([Self.executable] + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, Self.executable, &actions, nil, &argv, &envp)
        close(ends[1])
        errors = LineReader(ends[0])
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: result) ?? .ENOENT) }
        self.pid = pid
    }

    deinit {
        guard !hasEnded else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    /// Waits for its end. Returns how that was, and what it complained of.
    func end() throws -> (Ending, complaint: String) {
        let complaint = try errors.all()
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        hasEnded = true
        let signal = status & 0x7f
        let ending = signal == 0 ? Ending(code: (status >> 8) & 0xff) : Ending(signal: signal)
        return (ending, complaint)
    }
}
