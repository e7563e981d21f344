import ControlAPI
import FleetModel
import Hummingbird
import NIOCore

/// Answers that go on: one JSON frame a line, and an empty line each second, so that a reader who has left is noticed.
enum JSONStream {
    private static let heartbeat = Duration.seconds(1)

    static func response<Values: AsyncSequence & Sendable>(_ values: Values) -> Response
    where Values.Element: Codable & Sendable {
        let body = ResponseBody { writer in
            let lines = lines(of: values)
            for await line in lines { try await writer.write(line) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
    }

    /// The stream's lines, heartbeats among them; ends with the values. What writes them ends when the reader lets go.
    private static func lines<Values: AsyncSequence & Sendable>(of values: Values) -> AsyncStream<ByteBuffer>
    where Values.Element: Codable & Sendable {
        AsyncStream { continuation in
            let task = Task {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        while !Task.isCancelled {
                            continuation.yield(ByteBuffer(string: "\n"))
                            try? await Task.sleep(for: heartbeat)
                        }
                    }
                    await write(values, to: continuation)
                    group.cancelAll()
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private static func write<Values: AsyncSequence>(
        _ values: Values, to lines: AsyncStream<ByteBuffer>.Continuation
    ) async where Values.Element: Codable & Sendable {
        func send(_ frame: StreamFrame<Values.Element>) {
            guard let bytes = try? ControlCoding.bytes(frame) else { return }
            lines.yield(ByteBuffer(bytes: bytes + [UInt8(ascii: "\n")]))
        }
        do {
            for try await value in values { send(.value(value)) }
        } catch is CancellationError {
            return
        } catch let error as PlatformError {
            send(.error(error))
        } catch {
            send(.error(PlatformError(.failed, "\(error)")))
        }
    }
}
