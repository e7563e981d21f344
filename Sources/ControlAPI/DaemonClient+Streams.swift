import FleetModel
import HTTPTransport

extension DaemonClient {
    /// The lines of a stream as values. With `resumes`, a stream that breaks is asked for again, from a new daemon if need be.
    func lines<Value: Codable & Sendable>(
        _ method: String, _ path: String, body: [UInt8]?, resumes: Bool
    ) -> AsyncThrowingStream<Value, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await readLines(call(method, path, body), resumes: resumes) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func readLines<Value: Codable & Sendable>(
        _ call: HTTPCall, resumes: Bool, yield: (Value) -> Void
    ) async throws {
        var attempts = 0
        while true {
            do {
                return try await transport.stream(call) { head, body in
                    try await Self.read(head.status, body) { value in
                        attempts = 0
                        yield(value)
                    }
                }
            } catch let failure as HTTPFailure {
                attempts += 1
                guard failure.reason == .refused || resumes, attempts <= 3 else { throw unreachable(failure) }
                if failure.reason == .refused { try await reviveDaemon() }
            }
        }
    }

    /// Reads until the stream ends as it should, with its last chunk; a stream that breaks throws.
    private static func read<Value: Codable & Sendable>(_ status: Int, _ body: HTTPBody, yield: (Value) -> Void) async throws {
        var rest: [UInt8] = []
        for try await piece in body {
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
