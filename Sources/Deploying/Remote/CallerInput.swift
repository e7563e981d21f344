import Foundation
import Glibc

/// The standard input of a process that beamctl has started for itself: one line, and then nothing until whoever called is gone.
public enum CallerInput {
    /// The longest line, in bytes.
    private static let longest = 16 << 20

    /// Reads the line, with its end. Throws ``BuildError`` when there is none.
    public static func line() throws -> [UInt8] {
        var line: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while line.count < longest {
            let count = Glibc.read(0, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            // Nothing follows the line.
            line += piece[..<count]
            if line.last == UInt8(ascii: "\n") { return line }
        }
        throw BuildError(.stepFailed, at: "standard input", "no program was named")
    }

    /// Does something to its end; nil when whoever called went first, then the task that does it is cancelled.
    public static func untilGone<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                // A thread of its own, for reading cannot be cancelled.
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
