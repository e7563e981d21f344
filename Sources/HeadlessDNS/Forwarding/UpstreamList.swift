internal import Glibc
internal import NIOCore
internal import ProcessControl

/// The servers to ask, as they are at the moment.
struct UpstreamList {
    private let upstreams: Upstreams
    /// Where this server listens itself: never asked, as it would ask itself for ever.
    private let own: [SocketAddress]
    private var servers: [SocketAddress] = []
    private var stamp: Stamp?
    private var nextLook = NIODeadline.uptimeNanoseconds(0)

    /// What tells that a file has been written or replaced.
    private struct Stamp: Equatable {
        var inode: UInt
        var seconds: Int
        var nanoseconds: Int
        var size: Int
    }

    /// How often the file is looked at, at most.
    private static let pause = TimeAmount.seconds(2)

    init(_ upstreams: Upstreams, own: [SocketAddress]) {
        self.upstreams = upstreams
        self.own = own
        if case .servers(let given) = upstreams { servers = given.filter { !own.contains($0) } }
    }

    /// The servers, the file read again if it has changed since the last look.
    mutating func current(now: NIODeadline) -> [SocketAddress] {
        if case .resolvConf(let path) = upstreams, now >= nextLook {
            nextLook = now + Self.pause
            look(at: path)
        }
        return servers
    }

    private mutating func look(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            servers = []
            stamp = nil
            return
        }
        let found = Stamp(
            inode: status.st_ino, seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, size: status.st_size)
        guard found != stamp else { return }
        stamp = found
        let text = (try? FileBytes.read(path, limit: ResolvConf.maximumLength)) ?? []
        servers = ResolvConf.servers(String(decoding: text, as: UTF8.self)).filter { !own.contains($0) }
    }
}
