import Subprocess
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

    /// Runs a step, and tells every line of its output and its errors as it comes.
    ///
    /// Throws ``BuildError`` `.toolMissing`, or `CancellationError`.
    func run(_ step: BuildStep, onLine: @Sendable (String) -> Void) async throws -> Outcome {
        var tail = OutputTail()
        do {
            let result = try await Subprocess.run(
                configuration(step), input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                var splitter = LineSplitter()
                var kept = OutputTail()
                for try await buffer in execution.standardOutput {
                    let lines = buffer.withUnsafeBytes { splitter.feed($0) }
                    for line in lines {
                        onLine(line)
                        kept.append(line)
                    }
                }
                if let line = splitter.finish() {
                    onLine(line)
                    kept.append(line)
                }
                return kept
            }
            tail = result.closureResult
            try Task.checkCancellation()
            return Outcome(
                isSuccess: result.terminationStatus.isSuccess, description: Self.words(result.terminationStatus),
                tail: tail.last)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw BuildError(.toolMissing, at: "\(step)", "\(step.command) is not installed", next: Self.remedy(step.command))
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw BuildError(.stepFailed, at: "\(step)", "could not be run: \(error)")
        }
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
