import Subprocess
import Synchronization
import SystemPackage

/// Runs a command in a process group of its own; ends the whole group when the task is cancelled.
struct CommandRunner: Sendable {
    /// The user's environment.
    let environment: [String: String]

    /// How a command ended.
    struct Outcome {
        /// Whether it exited with 0.
        var isSuccess: Bool
        /// `exited with 1`, `was killed by signal 9`.
        var description: String
        /// The last lines of its output and its errors.
        var tail: [String]
    }

    /// Runs a step, and tells every line of its output and its errors as it comes. The two are read apart, for a VM that ends writes
    /// to both at once, and half a line of one may stand in a line of the other: each line is whole, and those of one come in order.
    ///
    /// Throws ``BuildError`` `.toolMissing`, or `CancellationError`.
    func run(_ step: BuildStep, onLine: @escaping @Sendable (String) -> Void) async throws -> Outcome {
        do {
            let kept = KeptTail()
            let result = try await Subprocess.run(
                configuration(step), input: .none, output: .sequence, error: .sequence
            ) { execution in
                let errors = execution.standardError
                let tell: @Sendable (String) -> Void = { line in
                    kept.append(line)
                    onLine(line)
                }
                async let told: Void = Self.lines(of: errors, tell)
                try await Self.lines(of: execution.standardOutput, tell)
                try await told
            }
            try Task.checkCancellation()
            return Outcome(
                isSuccess: result.terminationStatus.isSuccess, description: Self.words(result.terminationStatus),
                tail: kept.last)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw BuildError(.toolMissing, at: "\(step)", "\(step.command) is not installed", next: Self.remedy(step.command))
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw BuildError(.stepFailed, at: "\(step)", "could not be run: \(error)")
        }
    }

    private static func lines(of stream: SubprocessOutputSequence, _ tell: @Sendable (String) -> Void) async throws {
        var splitter = LineSplitter()
        for try await buffer in stream {
            let lines = buffer.withUnsafeBytes { splitter.feed($0) }
            lines.forEach(tell)
        }
        if let line = splitter.finish() { tell(line) }
    }

    private func configuration(_ step: BuildStep) -> Configuration {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(3)),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1)),
        ]
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment.merging(step.environment, uniquingKeysWith: { _, ours in ours }) {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        return Configuration(
            executable: step.command.contains("/") ? .path(FilePath(step.command)) : .name(step.command),
            arguments: Arguments(step.arguments), environment: .custom(variables),
            workingDirectory: FilePath(step.directory), platformOptions: options)
    }

    private static func words(_ status: TerminationStatus) -> String {
        switch status {
        case .exited(let code): "exited with \(code)"
        case .signaled(let signal): "was killed by signal \(signal)"
        }
    }

    /// What brings a program onto a Debian machine.
    private static func remedy(_ command: String) -> String {
        switch command {
        case "mix": "sudo apt-get install elixir"
        case "rebar3": "sudo apt-get install rebar3"
        default: "sudo apt-get install \(command)"
        }
    }
}

/// The last lines of two streams.
private final class KeptTail: Sendable {
    private let tail = Mutex(OutputTail())

    /// The kept lines, oldest first.
    var last: [String] { tail.withLock(\.last) }

    /// Keeps a line.
    func append(_ line: String) {
        tail.withLock { $0.append(line) }
    }
}
