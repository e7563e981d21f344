import Foundation
import Glibc
import Synchronization

/// A server on a Unix socket that answers each request with prepared bytes, and keeps what it was asked.
final class ScriptedServer: Sendable {
    struct Request: Equatable, Sendable {
        /// Method and path.
        var line: String
        var body: String
    }

    /// What is done with one connection once its request has arrived.
    enum Answer: Sendable {
        /// These bytes, then the connection's end.
        case bytes([String])
        /// Nothing; the connection stays open until the server ends.
        case silence

        static func json(_ body: String, status: String = "200 OK") -> Answer {
            .bytes(["HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"])
        }

        /// Chunks of a body that goes on; without an end the connection breaks after them.
        static func chunks(_ chunks: [String], ends: Bool = true, status: String = "200 OK") -> Answer {
            let head = "HTTP/1.1 \(status)\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            let parts = chunks.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }
            return .bytes([head] + parts + (ends ? ["0\r\n\r\n"] : []))
        }
    }

    private let listener: Int32
    private let answers: Mutex<[Answer]>
    private let seen = Mutex<[Request]>([])
    private let open = Mutex<[Int32]>([])

    /// Listens; the last answer is given again and again.
    init(at path: String, _ answers: [Answer]) throws {
        self.answers = Mutex(answers)
        listener = try UnixSocket.make(at: path) { descriptor, name, size in
            bind(descriptor, name, size) == 0 ? listen(descriptor, 16) : -1
        }
        let listener = listener
        Thread { [weak self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                guard let server = self else { break }
                server.serve(connection)
            }
        }
        .start()
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        open.withLock { $0 }.forEach { _ = close($0) }
    }

    /// What was asked so far.
    var requests: [Request] { seen.withLock { $0 } }

    private func serve(_ connection: Int32) {
        let request = Self.read(connection)
        seen.withLock { $0.append(request) }
        let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        switch answer {
        case .silence: open.withLock { $0.append(connection) }
        case .bytes(let parts):
            for part in parts { UnixSocket.send(part, to: connection) }
            close(connection)
        }
    }

    private static func read(_ connection: Int32) -> Request {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound]
                let length = head.lowercased().firstMatch(of: #/content-length: (\d+)/#).flatMap { Int($0.1) } ?? 0
                let body = text[end.upperBound...]
                if body.utf8.count >= length {
                    let words = head.prefix { $0 != "\r\n" }.split(separator: " ")
                    return Request(line: words.prefix(2).joined(separator: " "), body: String(body))
                }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return Request(line: "nothing", body: text) }
            bytes += buffer[..<count]
        }
    }
}
