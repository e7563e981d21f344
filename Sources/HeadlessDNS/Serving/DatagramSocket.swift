internal import CDatagrams
internal import Glibc
internal import NIOCore
internal import Synchronization

/// A bound UDP socket, for one thread that receives and any that send.
final class DatagramSocket: Sendable {
    /// What the thread that receives blocks on. It is open until that thread has left.
    let descriptor: Int32
    /// The address that it is bound to.
    let address: SocketAddress
    private let isOpen = Mutex(true)
    private let stopping = Atomic(false)

    /// Binds an address, with a port of the system's choice for port 0.
    ///
    /// Without SO_REUSEADDR: for UDP it would let a second server take the port in silence.
    init(bindingTo address: SocketAddress) throws(ListenError) {
        let descriptor = socket(address.protocol.rawValue, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ListenError(address, "udp", code: errno) }
        var code = address.withSockAddr { bind(descriptor, $0, socklen_t($1)) == 0 ? 0 : errno }
        var local = address
        if code == 0, address.port == 0 {
            do {
                local = try Self.localAddress(descriptor, address)
            } catch {
                code = EADDRNOTAVAIL
            }
        }
        guard code == 0 else {
            Glibc.close(descriptor)
            throw ListenError(address, "udp", code: code)
        }
        self.descriptor = descriptor
        self.address = local
    }

    private static func localAddress(_ descriptor: Int32, _ address: SocketAddress) throws -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard code == 0 else { throw ListenError(address, "udp", code: errno) }
        // Both families have the port behind the two octets of the family, most significant octet first.
        let port = withUnsafeBytes(of: &storage) { UInt16($0[2]) << 8 | UInt16($0[3]) }
        return try SocketAddress(ipAddress: address.ipAddress ?? "", port: Int(port))
    }

    /// Whether ``stop()`` has been called.
    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Wakes the thread that receives, which then leaves.
    func stop() {
        stopping.store(true, ordering: .releasing)
        // Wakes a blocked receive; for a socket without a peer it says ENOTCONN all the same.
        shutdown(descriptor, Int32(SHUT_RD))
    }

    /// Frees the port. To be called when no thread receives any more.
    func close() {
        isOpen.withLock { isOpen in
            if isOpen { Glibc.close(descriptor) }
            isOpen = false
        }
    }

    /// Sends one datagram, or drops it when the socket is closed or has no room.
    func send(_ bytes: ByteBuffer, to address: DatagramAddress) {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            var address = address
            withUnsafePointer(to: &address.storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                    bytes.withUnsafeReadableBytes {
                        _ = sendto(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT), place, address.length)
                    }
                }
            }
        }
    }
}

/// Where a datagram came from, as the system says it.
struct DatagramAddress: Sendable {
    var storage: sockaddr_storage
    var length: socklen_t
}
