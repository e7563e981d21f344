import Glibc

/// Finds out whether a port of an address is free, by binding it for a moment.
enum PortProbe {
    /// Whether nothing listens on any of these TCP ports of the IPv4 address. But for the port of distribution, which every node has
    /// at an address of its own, nothing may listen on them at any other address either: an app may want all of them.
    static func isFree(_ address: String, _ ports: [Int]) -> Bool {
        ports.allSatisfy { port in
            canBind(address, port) && (port == Distribution.port || canBind("0.0.0.0", port))
        }
    }

    /// Whether a program could listen on this very address and port, whoever listens on other addresses.
    static func canListen(_ address: String, _ port: Int) -> Bool { canBind(address, port) }

    private static func canBind(_ address: String, _ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        // As the BEAM does it: what merely lingers in TIME_WAIT is no reason to refuse.
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        return withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(descriptor, 1) == 0
            }
        }
    }
}
