import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import ErlangDistribution

@Suite("whether anybody listens on the loopback")
struct LoopbackDoorTests {
    @Test("somebody, then nobody, each known at once", arguments: ["127.92.254.1", "::1"])
    func knock(host: String) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: host, port: 0).get()
        let address = try #require(server.localAddress)
        // What the kernel has not said yet is asked for again, as the dialer's caller does.
        let found = (0..<100).lazy.map { _ in LoopbackDoor.knock(address) }.first { $0 != .unknown }
        guard case .open(let socket) = found else {
            Issue.record("\(String(describing: found))")
            return
        }
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).withConnectedSocket(socket).get()
        #expect(channel.remoteAddress?.port == address.port)
        try await channel.close()
        try await server.close()
        #expect((0..<100).lazy.map { _ in LoopbackDoor.knock(address) }.first { $0 != .unknown } == .shut)
    }

    @Test("an address elsewhere is not asked", arguments: ["192.0.2.1", "2001:db8::1"])
    func elsewhere(host: String) throws {
        #expect(LoopbackDoor.knock(try SocketAddress(ipAddress: host, port: 4370)) == .unknown)
    }

    @Test("no socket is left, however often it is shut")
    func leavesNothing() throws {
        let address = try SocketAddress(ipAddress: "127.92.254.2", port: 4370)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let most = Int(min(limit.rlim_cur, 2000)) + 10
        #expect((0..<most).allSatisfy { _ in LoopbackDoor.knock(address) != .unknown })
    }
}
