import FleetModel
import Synchronization

/// Runs a program exactly as it is called, and collects what it says.
struct ProgramRun: Sendable {
    private let call: ProgramCall

    init(_ call: ProgramCall) {
        self.call = call
    }

    /// How it ended.
    struct Outcome: Sendable {
        /// Whether it exited with 0 in time.
        var isSuccess: Bool
        /// `exited with 1`, `did not end within 60 s`.
        var description: String
        /// The lines of its output and its errors, as far as they are kept.
        var output: [String]
        /// What it exited with; -1 for a signal.
        var code = -1
        /// Whether it was ended because it took too long.
        var tookTooLong = false
    }

    /// How many lines are kept, the first ones.
    static let mostLines = 12_000

    /// Runs it; what takes longer than the limit is ended with all that it has started. Throws ``BuildError`` `.toolMissing`, or
    /// `CancellationError`.
    func run(within limit: Duration) async throws -> Outcome {
        let kept = KeptLines()
        let step = BuildStep(call.executable, call.arguments, directory: call.directory)
        let (environment, input) = (call.environment, call.standardInput)
        let ended = try await withThrowingTaskGroup(of: CommandRunner.Outcome?.self) { group in
            group.addTask {
                try await CommandRunner(environment: environment).runReadingApart(step, input: input) { kept.append($0) }
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        let output = kept.all
        guard let ended else {
            return Outcome(
                isSuccess: false, description: "did not end within \(limit.components.seconds) s", output: output,
                tookTooLong: true)
        }
        try SSHConnection.checkEnd(of: call, code: ended.code)
        return Outcome(isSuccess: ended.isSuccess, description: ended.description, output: output, code: ended.code)
    }
}

/// Lines that come from another task.
private final class KeptLines: Sendable {
    private let lines = Mutex<[String]>([])

    /// All of them.
    var all: [String] { lines.withLock { $0 } }

    /// Keeps a line, if there is room.
    func append(_ line: String) {
        lines.withLock { if $0.count < ProgramRun.mostLines { $0.append(line) } }
    }
}
