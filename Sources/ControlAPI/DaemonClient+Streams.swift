import FleetModel
import HTTPTransport
import Synchronization

extension DaemonClient {
    /// The lines of a stream as values. With `resumes`, a stream that breaks is asked for again, from a new daemon if need be; without
    /// `revives`, none is started.
    func lines<Value: Codable & Sendable>(
        _ method: String, _ path: String, body: [UInt8]?, resumes: Bool, revives: Bool = true
    ) -> AsyncThrowingStream<Value, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await readLines(call(method, path, body), resumes: resumes, revives: revives) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func readLines<Value: Codable & Sendable>(
        _ call: HTTPCall, resumes: Bool, revives: Bool, yield: @escaping @Sendable (Value) -> Void
    ) async throws {
        let attempts = Attempts()
        while true {
            do {
                return try await whileAlive { last in
                    try await transport.stream(call) { head, body in
                        try await Self.read(head.status, body, last) { value in
                            attempts.succeeded()
                            yield(value)
                        }
                    }
                }
            } catch let failure as HTTPFailure {
                let number = attempts.failed()
                guard revives, failure.reason == .refused || resumes, number <= 3 else { throw unreachable(failure) }
                if failure.reason == .refused { try await reviveDaemon() }
            }
        }
    }

    /// Reads until the stream ends as it should, with its last chunk; a stream that breaks throws.
    private static func read<Value: Codable & Sendable>(
        _ status: Int, _ body: HTTPBody, _ last: LastWord, yield: (Value) -> Void
    ) async throws {
        var rest: [UInt8] = []
        for try await piece in body {
            last.heard()
            rest += piece
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest[..<end]
                if !line.isEmpty {
                    switch try ControlCoding.value(StreamFrame<Value>.self, from: line) {
                    case .value(let value): yield(value)
                    case .error(let error): throw error
                    }
                }
                rest.removeSubrange(...end)
            }
        }
        guard (200...299).contains(status) else { throw try ControlCoding.value(PlatformError.self, from: rest) }
    }
}

/// How often in a row a stream broke before a value came.
private final class Attempts: Sendable {
    private let count = Mutex(0)

    func succeeded() { count.withLock { $0 = 0 } }

    /// Returns the number of this failure.
    func failed() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
