import Foundation
import Glibc

/// A TCP connection that is read and written by hand.
package final class Wire: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        package init(description: String) { self.description = description }
    }

    private let descriptor: Int32

    /// How long a read may take.
    package static let patience = 10

    package init(descriptor: Int32) {
        self.descriptor = descriptor
        var time = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Connects to an address within 127/8.
    package convenience init(to port: Int, at host: String = "127.0.0.1") throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = Self.loopback(port, host)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw Failure(description: "connect: \(String(cString: strerror(errno)))")
        }
        self.init(descriptor: descriptor)
    }

    deinit { close(descriptor) }

    private static func loopback(_ port: Int, _ host: String = "127.0.0.1") -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return address
    }

    /// A socket that listens on 127.0.0.1, without a port on one that was free.
    package static func listener(on port: Int = 0) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(port)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        guard bound else {
            close(descriptor)
            throw Failure(description: "no port")
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    package func send(_ octets: [UInt8]) throws {
        var sent = 0
        while sent < octets.count {
            let count = octets[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    /// Whatever has come, waiting for it; empty at the end of the stream. A connection that was reset has ended, too.
    package func read(atMost limit: Int = 65_536) throws -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &chunk, limit, 0)
        if count < 0, errno == ECONNRESET { return [] }
        guard count >= 0 else { throw Failure(description: "read: \(String(cString: strerror(errno)))") }
        return Array(chunk[..<count])
    }

    /// Exactly so many octets.
    package func read(exactly count: Int) throws -> [UInt8] {
        var octets: [UInt8] = []
        while octets.count < count {
            let piece = try read(atMost: count - octets.count)
            guard !piece.isEmpty else { throw Failure(description: "the stream ended after \(octets.count) of \(count)") }
            octets += piece
        }
        return octets
    }

    /// Everything up to the end of the stream.
    package func readAll() throws -> String {
        var octets: [UInt8] = []
        while case let piece = try read(), !piece.isEmpty { octets += piece }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Everything up to and with a text.
    package func read(through end: String) throws -> String {
        var octets: [UInt8] = []
        let mark = Array(end.utf8)
        while !octets.suffix(mark.count).elementsEqual(mark) { octets += try read(exactly: 1) }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Sends no more, and goes on reading.
    package func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends it with a reset, as a program that is killed with octets unread does.
    package func reset() {
        var lingering = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
        var address = sockaddr(sa_family: sa_family_t(AF_UNSPEC), sa_data: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        _ = connect(descriptor, &address, socklen_t(MemoryLayout<sockaddr>.size))
    }

    /// Ends both ways, for whoever else holds it too.
    package func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// An HTTP message that was read whole.
package struct Message {
    package var first: String
    package var fields: [(name: String, value: String)]
    package var body: String

    package var status: Int { Int(first.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    package var target: String { String(first.split(separator: " ").dropFirst().first ?? "") }

    package func value(_ name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }
    package func values(_ name: String) -> [String] { fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value) }

    /// Reads one; nil at the end of the stream. `hasBody` is false for answers to HEAD.
    package static func read(_ wire: Wire, hasBody: Bool = true, untilClose: Bool = false) throws -> Message? {
        var octets: [UInt8] = []
        while !octets.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let next = try wire.read(atMost: 1)
            if next.isEmpty {
                guard octets.isEmpty else { throw Wire.Failure(description: "the stream ended within a head") }
                return nil
            }
            octets += next
        }
        let lines = String(decoding: octets.dropLast(4), as: UTF8.self).components(separatedBy: "\r\n")
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            return (name: parts[0], value: (parts.count > 1 ? parts[1] : "").trimmingCharacters(in: .whitespaces))
        }
        var message = Message(first: lines[0], fields: fields, body: "")
        guard hasBody, !(100...199).contains(message.status), message.status != 204, message.status != 304 else { return message }
        if let length = message.value("Content-Length").flatMap(Int.init) {
            message.body = String(decoding: try wire.read(exactly: length), as: UTF8.self)
        } else if message.value("Transfer-Encoding") == "chunked" {
            while case let size = Int(try wire.read(through: "\r\n").dropLast(1), radix: 16) ?? 0, size > 0 {
                message.body += String(decoding: try wire.read(exactly: size), as: UTF8.self)
                _ = try wire.read(exactly: 2)
            }
            _ = try wire.read(exactly: 2)
        } else if untilClose {
            message.body = try wire.readAll()
        }
        return message
    }
}
