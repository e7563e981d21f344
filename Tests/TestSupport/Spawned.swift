import Foundation
import Glibc
import Synchronization

/// A program under way, its output read by threads of their own: nothing of it blocks a task, and it inherits nothing.
package struct Spawned: Sendable {
    package struct Failure: Error {
        var program: String
        var code: Int32
    }

    package let pid: Int32
    /// Lines of standard output and standard error as they come, without their ends.
    package let output: AsyncStream<String>
    package let errors: AsyncStream<String>
    /// The exit code, or a signal's number made negative; once.
    package let exit: AsyncStream<Int32>

    /// One at a time: between making a pipe and marking it, another program would inherit it and keep it open.
    private static let turn = Mutex(())

    /// Starts a program, found in the search path unless it is a path. With a `wire`, that is its standard input and output, and there
    /// are no lines of the latter.
    package init(_ words: [String], environment: [String: String] = [:], wire: Int32? = nil) throws {
        let started = try Self.turn.withLock { _ in try Self.start(words, environment, wire) }
        pid = started.pid
        output = Self.lines(started.output)
        errors = Self.lines(started.errors)
        exit = Self.wait(pid)
    }

    private static func start(
        _ words: [String], _ environment: [String: String], _ wire: Int32?
    ) throws -> (pid: Int32, output: Int32, errors: Int32) {
        let pipes = [try pipe(), try pipe()]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let wire {
            for descriptor in [0, 1] as [Int32] { posix_spawn_file_actions_adddup2(&actions, wire, descriptor) }
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, pipes[0].write, 1)
        }
        posix_spawn_file_actions_adddup2(&actions, pipes[1].write, 2)
        guard Self.closeFrom(&actions, 3) == 0 else { throw Failure(program: "closefrom", code: errno) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Dispatch's threads block all signals, and a program would begin with them blocked.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var pid: pid_t = 0
        let code = withCStrings(words) { arguments in
            withCStrings(variables) { variables in posix_spawnp(&pid, words[0], &actions, &attributes, arguments, variables) }
        }
        for pipe in pipes { close(pipe.write) }
        guard code == 0 else {
            for pipe in pipes { close(pipe.read) }
            throw Failure(program: words[0], code: code)
        }
        return (pid, pipes[0].read, pipes[1].read)
    }

    /// Has the program inherit nothing else: a socket of another test would stay bound in it, as SwiftNIO does not mark
    /// its sockets to be closed. glibc has the function since 2.34; its Swift module leaves it out.
    private static func closeFrom(_ actions: inout posix_spawn_file_actions_t, _ first: Int32) -> Int32 {
        typealias Function = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return ENOSYS }
        return unsafeBitCast(symbol, to: Function.self)(&actions, first)
    }

    package func exitCode() async -> Int32? {
        for await code in exit { return code }
        return nil
    }

    /// Waits for a line of standard error that contains the text; `nil` when the program ends without one.
    package func line(containing text: String) async -> String? {
        for await line in errors where line.contains(text) { return line }
        return nil
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw Failure(program: "pipe", code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func lines(_ descriptor: Int32) -> AsyncStream<String> {
        let (lines, line) = AsyncStream<String>.makeStream()
        Thread {
            var rest: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while case let count = read(descriptor, &chunk, chunk.count), count > 0 {
                rest += chunk[..<count]
                while let end = rest.firstIndex(of: 10) {
                    line.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeSubrange(...end)
                }
            }
            if !rest.isEmpty { line.yield(String(decoding: rest, as: UTF8.self)) }
            line.finish()
            close(descriptor)
        }
        .start()
        return lines
    }

    private static func wait(_ pid: Int32) -> AsyncStream<Int32> {
        let (exits, exit) = AsyncStream<Int32>.makeStream()
        Thread {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            exit.yield(status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F))
            exit.finish()
        }
        .start()
        return exits
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var copies = strings.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return body(&copies)
    }
}
