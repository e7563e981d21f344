import Glibc

/// A plain blocking socket to a server, with a deadline for each receipt.
final class TestSocket: Sendable {
    struct Failure: Error {
        var call: String
        var code: Int32
    }

    let descriptor: Int32

    init(_ kind: __socket_type, to address: TestAddress, deadline: Int = 5, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        var time = timeval(tv_sec: deadline, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        if var size = receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(address.port).bigEndian
        inet_pton(AF_INET, address.host, &place.sin_addr)
        let result = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(call: "connect", code: code)
        }
    }

    deinit {
        close(descriptor)
    }

    /// Sends all bytes, or as many as the peer takes before the deadline; how many.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    /// One datagram, or what the stream has; empty at the end of the stream; `nil` after the deadline.
    func receive(_ limit: Int = 65_536) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &buffer, limit, 0)
        return count >= 0 ? Array(buffer[..<count]) : (errno == ECONNRESET ? [] : nil)
    }

    /// Exactly so many bytes of the stream; `nil` when they do not come.
    func receive(exactly count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let more = receive(count - bytes.count), !more.isEmpty else { return nil }
            bytes += more
        }
        return bytes
    }

    /// Sends a message over TCP, its length before it.
    func sendFrame(_ message: [UInt8]) {
        send([UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message)
    }

    /// The next message over TCP.
    func receiveFrame() -> [UInt8]? {
        receive(exactly: 2).flatMap { receive(exactly: Int($0[0]) << 8 | Int($0[1])) }
    }

    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Sends a datagram and gives the one that comes back.
    func exchange(_ query: [UInt8]) -> [UInt8]? {
        send(query)
        return receive()
    }
}
