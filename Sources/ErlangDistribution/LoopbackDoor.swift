import Glibc
import NIOCore

/// Connects to an address of this machine's loopback, where the kernel says at once whether anybody listens.
///
/// A node that boots is dialed many times before it listens. A channel for each of these attempts would cost twenty times what the
/// attempt does, while the nodes need the processor themselves.
enum LoopbackDoor {
    /// What is found there.
    enum Answer: Equatable {
        /// A connected socket, whose owner is whoever asked.
        case open(NIOBSDSocket.Handle)
        /// Nobody listens.
        case shut
        /// The kernel has not said so at once, or it is no address of the loopback.
        case unknown
    }

    /// Asks. Never blocks.
    static func knock(_ address: SocketAddress) -> Answer {
        guard isLoopback(address) else { return .unknown }
        let socket = Glibc.socket(
            address.protocol == .inet ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue | UInt32(O_NONBLOCK | O_CLOEXEC)), 0)
        guard socket >= 0 else { return .unknown }
        let answer = ask(socket, address)
        if answer != .open(socket) { close(socket) }
        return answer
    }

    private static func ask(_ socket: Int32, _ address: SocketAddress) -> Answer {
        let result = address.withSockAddr { connect(socket, $0, socklen_t($1)) }
        if result == 0 { return .open(socket) }
        guard errno == EINPROGRESS else { return errno == ECONNREFUSED ? .shut : .unknown }
        var waited = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        guard poll(&waited, 1, 0) == 1 else { return .unknown }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else { return .unknown }
        return code == 0 ? .open(socket) : code == ECONNREFUSED ? .shut : .unknown
    }

    private static func isLoopback(_ address: SocketAddress) -> Bool {
        guard let text = address.ipAddress else { return false }
        return text == "::1" || address.protocol == .inet && text.hasPrefix("127.")
    }
}
