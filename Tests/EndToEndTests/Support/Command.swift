import Foundation
import Glibc
import Synchronization

/// A program to be run: its output and its errors are read while it runs, so that it never waits for us.
struct Command {
    let program: String
    let arguments: [String]
    let environment: [String: String]
    let directory: String?
    /// What it reads from its standard input, less than a pipe holds (64 KiB); nil: nothing.
    let input: String?

    init(
        _ program: String, _ arguments: [String], environment: [String: String] = ProcessInfo.processInfo.environment,
        directory: String? = nil, input: String? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
    }

    /// Runs it to its end; kills it when it has not ended by then.
    func run(within limit: Duration) async throws -> Outcome {
        let running = try start()
        return try await running.outcome(within: limit)
    }

    func start() throws -> RunningCommand {
        try RunningCommand(self)
    }
}

/// How a program ended.
struct Outcome: CustomStringConvertible {
    let command: String
    let code: Int32
    let output: String
    let errors: String

    var description: String { "\(command) ended with \(code)\n--- output\n\(output)\n--- errors\n\(errors)" }
}

/// A program that runs.
final class RunningCommand: Sendable {
    private let process = Process()
    private let command: Command
    private let output = Collected()
    private let errors = Collected()

    fileprivate init(_ command: Command) throws {
        self.command = command
        process.executableURL = URL(fileURLWithPath: command.program)
        process.arguments = command.arguments
        process.environment = command.environment
        if let directory = command.directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let inputPipe = command.input.map { _ in Pipe() }
        process.standardInput = inputPipe ?? FileHandle.nullDevice
        process.standardOutput = output.pipe
        process.standardError = errors.pipe
        try process.run()
        if let input = command.input, let pipe = inputPipe {
            try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        }
        output.read()
        errors.read()
    }

    var pid: Int32 { process.processIdentifier }
    var outputSoFar: String { output.text }
    var errorsSoFar: String { errors.text }

    /// Waits for its end; kills it when it has not ended by then.
    func outcome(within limit: Duration) async throws -> Outcome {
        let deadline = ContinuousClock.now + limit
        while process.isRunning {
            if ContinuousClock.now > deadline {
                kill(pid, SIGKILL)
                throw TooSlow(command: "\(command.program) \(command.arguments)", errors: errors.text)
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        process.waitUntilExit()
        await output.untilEnd()
        await errors.untilEnd()
        let code = process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
        return Outcome(
            command: "\(command.program) \(command.arguments.joined(separator: " "))", code: code, output: output.text,
            errors: errors.text)
    }

    struct TooSlow: Error {
        let command: String
        let errors: String
    }
}

private final class Collected: Sendable {
    let pipe = Pipe()
    private let state = Mutex<(data: Data, isDone: Bool)>((Data(), false))

    /// In a thread of its own, piece by piece in their order: handlers that Foundation calls may lose that of a long output.
    func read() {
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        Thread.detachNewThread { [self] in
            var piece = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = Glibc.read(descriptor, &piece, piece.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                state.withLock { $0.data.append(contentsOf: piece[..<count]) }
            }
            state.withLock { $0.isDone = true }
        }
    }

    var text: String { state.withLock { String(decoding: $0.data, as: UTF8.self) } }

    /// What outlives the program may hold the pipe open, so this waits a moment at the most.
    func untilEnd() async {
        for _ in 0..<200 where !state.withLock({ $0.isDone }) { try? await Task.sleep(for: .milliseconds(5)) }
    }
}
