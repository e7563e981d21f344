import Glibc

/// Somebody else's socket: listens and answers nothing.
struct Listener {
    private let descriptor: Int32

    init(address: String, port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        // What merely lingers there from a connection before is nobody.
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        let bound = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(descriptor, 1) == 0 else { throw Taken(errno: errno) }
    }

    func close() {
        Glibc.close(descriptor)
    }

    /// A port of 127.0.0.1 that nobody listens on.
    static func freePort() throws -> UInt16 {
        let listener = try Listener(address: "127.0.0.1", port: 0)
        defer { listener.close() }
        return listener.port
    }

    /// Where it listens.
    var port: UInt16 {
        var name = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: name.sin_port)
    }

    /// Whether somebody listens on a port of 127.0.0.1.
    static func answers(_ port: UInt16) -> Bool {
        guard let free = try? Listener(address: "127.0.0.1", port: port) else { return true }
        free.close()
        return false
    }

    struct Taken: Error {
        let errno: Int32
    }
}
