public import FleetModel
import Foundation
import Glibc
import ProcessTree
import Subprocess
import SystemPackage

/// A program that is run for a beamctl elsewhere, on another machine or in another process: its output is this process' own, and it
/// ends, with everything that it has started, when nobody listens any more. However the other one ends: then the pipe ends.
public struct HostedProgram: Sendable {
    private let call: ProgramCall

    /// What it is asked to end with; then it is killed. Less than whoever called allows for all of it.
    private static let patience = Duration.seconds(1)
    private static let longestCall = 16 << 20

    /// How a program is called through such a process.
    ///
    /// - Parameters:
    ///   - host: The path of beamctl.
    ///   - environment: Of that process; the program's own goes through no environment and no argument but its own.
    public static func call(
        _ call: ProgramCall, by host: String, environment: [String: String]
    ) throws -> ProgramCall {
        ProgramCall(
            executable: host, arguments: ["host", "program"], environment: environment, directory: "/",
            standardInput: try line(call))
    }

    /// A call as the line that ``read()`` takes.
    static func line(_ call: ProgramCall) throws -> String {
        String(decoding: try JSONEncoder().encode(call), as: UTF8.self) + "\n"
    }

    /// Reads the call from a line of standard input, up to 16 MiB. Throws ``BuildError``.
    public static func read() throws -> HostedProgram {
        var line: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while line.count < longestCall {
            let count = Glibc.read(0, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            // Nothing follows the line.
            line += piece[..<count]
            guard line.last != UInt8(ascii: "\n") else {
                return HostedProgram(call: try JSONDecoder().decode(ProgramCall.self, from: Data(line)))
            }
        }
        throw BuildError(.stepFailed, at: "standard input", "no program was named")
    }

    /// Runs it to its end, or to the end of standard input, and returns its exit code. Nothing that it has started is left then.
    /// Throws ``BuildError``.
    public func run() async throws -> Int32 {
        Descendants.adopt()
        let step = BuildStep(call.executable, call.arguments, directory: call.directory)
        let runner = CommandRunner(environment: call.environment, patience: Self.patience)
        let code: Int32?
        do {
            code = try await untilEnded { try await runner.runInPlace(step) }
        } catch {
            Descendants.killAll()
            throw error
        }
        Descendants.killAll()
        if let code { return code }
        // Who would have removed it was killed.
        if let folder = call.temporaryFolder { try? FileManager.default.removeItem(atPath: folder) }
        return 1
    }

    /// What the program exits with; nil when whoever called went first.
    private func untilEnded(_ program: @escaping @Sendable () async throws -> Int32) async throws -> Int32? {
        try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask { try await program() }
            group.addTask {
                // Whoever called has gone: a thread of its own, for reading a terminal cannot be cancelled.
                let ended = AsyncStream<Void> { continuation in
                    Thread.detachNewThread {
                        while let piece = try? FileHandle.standardInput.read(upToCount: 4096), !piece.isEmpty {}
                        continuation.finish()
                    }
                }
                for await _ in ended {}
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next().flatMap { $0 }
        }
    }
}
