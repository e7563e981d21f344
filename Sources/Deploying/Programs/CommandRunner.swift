import Subprocess
import Synchronization
import SystemPackage

/// Runs a command in a process group of its own; ends the whole group when the task is cancelled.
struct CommandRunner: Sendable {
    /// The user's environment.
    let environment: [String: String]
    /// How long a command that is cancelled may take to end by itself.
    private static let patience = Duration.seconds(3)

    /// How a command ended.
    struct Outcome {
        /// Whether it exited with 0.
        var isSuccess: Bool
        /// What it exited with; -1 for a signal.
        var code: Int
        /// `exited with 1`, `was killed by signal 9`.
        var description: String
        /// The last lines of its output and its errors.
        var tail: [String]
    }

    /// Runs a step, and tells every line of its output and its errors as it comes, in the order in which they were written.
    ///
    /// Throws ``BuildError`` `.toolMissing`, or `CancellationError`.
    func run(_ step: BuildStep, onLine: @escaping @Sendable (String) -> Void) async throws -> Outcome {
        let kept = KeptTail()
        let tell = Self.telling(onLine, kept)
        return try await translatingErrors(of: step) {
            let status = try await Subprocess.run(
                configuration(step), input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                try await Self.lines(of: execution.standardOutput, tell)
            }.terminationStatus
            return Self.outcome(status, kept)
        }
    }

    /// The same for a program that reads a file from its standard input.
    func run(_ step: BuildStep, reading path: String, onLine: @escaping @Sendable (String) -> Void) async throws -> Outcome {
        let kept = KeptTail()
        let tell = Self.telling(onLine, kept)
        return try await translatingErrors(of: step) {
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
            let status = try await Subprocess.run(
                configuration(step), input: .fileDescriptor(file, closeAfterSpawningProcess: true), output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                try await Self.lines(of: execution.standardOutput, tell)
            }.terminationStatus
            return Self.outcome(status, kept)
        }
    }

    /// The same for a program whose output and errors are read apart: a VM that ends writes to both at once, and half a line of one may
    /// stand in a line of the other. Each line is whole, and those of one come in order.
    ///
    /// - Parameter input: What it reads from its standard input, which stays open until it ends; nil: it has none.
    func runReadingApart(
        _ step: BuildStep, input: String?, onLine: @escaping @Sendable (String) -> Void
    ) async throws -> Outcome {
        let kept = KeptTail()
        let tell = Self.telling(onLine, kept)
        return try await translatingErrors(of: step) {
            let status: TerminationStatus
            if let input {
                status = try await Subprocess.run(
                    configuration(step), input: .inputWriter, output: .sequence, error: .sequence
                ) { execution in
                    _ = try await execution.standardInputWriter.write(input)
                    try await Self.lines(of: execution.standardOutput, and: execution.standardError, tell)
                }.terminationStatus
            } else {
                status = try await Subprocess.run(
                    configuration(step), input: .none, output: .sequence, error: .sequence
                ) { execution in
                    try await Self.lines(of: execution.standardOutput, and: execution.standardError, tell)
                }.terminationStatus
            }
            return Self.outcome(status, kept)
        }
    }

    private static func telling(
        _ onLine: @escaping @Sendable (String) -> Void, _ kept: KeptTail
    ) -> @Sendable (String) -> Void {
        { line in
            kept.append(line)
            onLine(line)
        }
    }

    private static func outcome(_ status: TerminationStatus, _ kept: KeptTail) -> Outcome {
        Outcome(isSuccess: status.isSuccess, code: code(status), description: words(status), tail: kept.last)
    }

    private func translatingErrors<Value>(of step: BuildStep, _ body: () async throws -> Value) async throws -> Value {
        do {
            let value = try await body()
            try Task.checkCancellation()
            return value
        } catch let error as SubprocessError where error.code == .executableNotFound && step.command.contains("/") {
            throw BuildError(.toolMissing, at: "\(step)", "there is no \(step.command)")
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw BuildError(.toolMissing, at: "\(step)", "\(step.command) is not installed", next: Self.remedy(step.command))
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw BuildError(.stepFailed, at: "\(step)", "could not be run: \(error)")
        }
    }

    private static func lines(
        of output: SubprocessOutputSequence, and errors: SubprocessOutputSequence, _ tell: @escaping @Sendable (String) -> Void
    ) async throws {
        async let told: Void = lines(of: errors, tell)
        try await lines(of: output, tell)
        try await told
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
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: Self.patience),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1)),
        ]
        var variables: [Environment.Key: String] = [:]
        let all = environment.merging(step.environment) { $1 }
        for (name, value) in all {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        // The library starts a process for each folder of the PATH until one is the program.
        let path = step.command.contains("/") ? step.command : ProgramPath.find(step.command, in: all)
        return Configuration(
            executable: path.map { .path(FilePath($0)) } ?? .name(step.command),
            arguments: Arguments(step.arguments), environment: .custom(variables),
            workingDirectory: FilePath(step.directory), platformOptions: options)
    }

    private static func code(_ status: TerminationStatus) -> Int {
        if case .exited(let code) = status { Int(code) } else { -1 }
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
        case "ssh": "sudo apt-get install openssh-client"
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
