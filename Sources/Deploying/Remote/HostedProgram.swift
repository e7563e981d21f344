import FleetModel
import Foundation
import Subprocess
import SystemPackage

/// A program of this machine that is run for a beamctl elsewhere: its output is this process' own, and it ends when nobody listens
/// any more.
public struct HostedProgram: Sendable {
    private let call: ProgramCall

    /// Reads the call from a line of standard input, up to 16 MiB. Throws ``BuildError``.
    public static func read() throws -> HostedProgram {
        var line: [UInt8] = []
        while line.count < 16 << 20, let piece = try FileHandle.standardInput.read(upToCount: 1), let byte = piece.first {
            if byte == UInt8(ascii: "\n") {
                return HostedProgram(call: try JSONDecoder().decode(ProgramCall.self, from: Data(line)))
            }
            line.append(byte)
        }
        throw BuildError(.stepFailed, at: "standard input", "no program was named")
    }

    /// Runs it to its end, or to the end of standard input, and returns its exit code. Throws ``BuildError``.
    public func run() async throws -> Int32 {
        let step = BuildStep(call.executable, call.arguments, directory: call.directory)
        let runner = CommandRunner(environment: call.environment)
        return try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask { try await runner.runInPlace(step) }
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
            return try await group.next().flatMap { $0 } ?? 1
        }
    }
}
