import Foundation
import Glibc

/// A stream socket with a path.
enum UnixSocket {
    static func make(at path: String, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                use(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        return descriptor
    }

    static func send(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}

/// What a server answers to a request that is written by hand.
struct RawAnswer {
    var status: Int
    var body: String

    struct NoAnswer: Error {
        var text: String
    }

    init(to line: String, body question: String, at path: String) throws {
        let descriptor = try UnixSocket.make(at: path, connect)
        defer { close(descriptor) }
        // Who refuses a request need not read it to its end.
        Self.limit(descriptor, SO_SNDTIMEO, seconds: 1)
        Self.limit(descriptor, SO_RCVTIMEO, seconds: 10)
        let head = "\(line) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(question.utf8.count)\r\nConnection: close\r\n\r\n"
        UnixSocket.send(head + question, to: descriptor)
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        repeat {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw NoAnswer(text: text) }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        } while !Self.isWhole(text)
        guard let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { throw NoAnswer(text: text) }
        self.status = status
        body = text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
    }

    private static func limit(_ descriptor: Int32, _ direction: Int32, seconds: Int) {
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, direction, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Whether head and body are there, going by `Content-Length`.
    private static func isWhole(_ text: String) -> Bool {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
        let length = text[..<end.lowerBound].lowercased().firstMatch(of: #/content-length: (\d+)/#).flatMap { Int($0.1) } ?? 0
        return text[end.upperBound...].utf8.count >= length
    }
}
