import Glibc

/// A loopback network that nobody else of all the tests on this machine has: 127.100.0.0 to 127.249.240.0, /20 each.
///
/// It is claimed by the name of a socket (unix(7), abstract): the kernel gives that to one process at a time, and takes it back when
/// that process ends, however it does.
final class ClaimedNetwork: Sendable {
    /// As `BEAMCTL_NETWORK` has it.
    let text: String
    private let claim: Int32

    private static let count = 2400

    /// Claims the first that is free from some place on.
    init(from place: Int) throws {
        for place in place..<place + Self.count {
            let index = place % Self.count
            let text = "127.\(100 + index / 16).\((index % 16) * 16).0/20"
            guard let claim = Self.claim("beamctl-tests \(text)") else { continue }
            (self.text, self.claim) = (text, claim)
            return
        }
        throw NoneFree()
    }

    struct NoneFree: Error {}

    deinit { close(claim) }

    private static func claim(_ name: String) -> Int32? {
        // No program that is started inherits it.
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // It begins with a zero, so it is no file's.
        withUnsafeMutableBytes(of: &address.sun_path) { path in path[1...].copyBytes(from: name.utf8) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + 1 + name.utf8.count)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        if bound == 0 { return descriptor }
        close(descriptor)
        return nil
    }
}
