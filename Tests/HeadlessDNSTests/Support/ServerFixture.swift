import HeadlessDNS
import NIOPosix

/// A server within the test's process, on an address of its own, for as long as a test runs.
func withServer<Result>(
    _ zone: Zone, upstreams: Upstreams = .none, limits: DNSServer.Limits = DNSServer.Limits(),
    _ test: (DNSServer, TestAddress) async throws -> Result
) async throws -> Result {
    let address = TestAddress.next()
    let server = try await DNSServer.start(
        zone, listen: [address.socketAddress()], upstreams: upstreams, limits: limits,
        on: MultiThreadedEventLoopGroup.singleton)
    do {
        let result = try await test(server, address)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}
