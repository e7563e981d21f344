import Foundation
import Glibc
import Synchronization

/// A Docker Engine that answers as a test says: one request a connection, none with a body.
final class ScriptedEngine: Sendable {
    typealias Answer = @Sendable (_ request: String) -> (status: Int, body: String)

    private let descriptor: Int32
    private let asked = Mutex<[String]>([])

    /// Listens, and answers each request (`DELETE /v1.41/containers/x`, without its query) until ``end()``.
    init(_ address: String, _ port: UInt16, _ answer: @escaping Answer) throws {
        let listener = try Listener(address, port)
        descriptor = listener.descriptor
        Thread.detachNewThread { [self] in
            defer { listener.end() }
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                serve(connection, answer)
                close(connection)
            }
        }
    }

    /// What it was asked, in order.
    var requests: [String] { asked.withLock { $0 } }

    func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func serve(_ connection: Int32, _ answer: Answer) {
        var head: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while !String(decoding: head, as: UTF8.self).contains("\r\n\r\n") {
            let count = read(connection, &chunk, chunk.count)
            guard count > 0 else { return }
            head += chunk[..<count]
        }
        let words = String(decoding: head, as: UTF8.self).split(separator: " ")
        let request = "\(words[0]) \(words[1].prefix { $0 != "?" })"
        asked.withLock { $0.append(request) }
        let (status, body) = answer(request)
        let text =
            "HTTP/1.1 \(status) OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
        _ = Array((text + body).utf8).withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
    }
}
