import DNSMessage
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import HeadlessDNS

/// A server of ours behind another, and behind dnsmasq.
@Suite("Forwarding", .timeLimit(.minutes(1)))
struct ForwardingTests {
    private static let name = "many.default.svc.example.test"

    private static func upstreamZone(_ count: Int) -> Zone {
        var zone = Zones.many(count)
        zone.origin = "example.test"
        return zone
    }

    @Test("a name of another zone is asked of the upstream, over UDP and, when it is cut, over TCP")
    func handsOn() async throws {
        try await withServer(Self.upstreamZone(60)) { upstream, place in
            try await withServer(Zones.demo, upstreams: .servers([place.socketAddress()])) { server, address in
                let small = try await Dig.short(address, "+noedns", "dns-version.example.test", "TXT")
                #expect(small == ["\"1.1.0\""])
                // 60 addresses: cut for dig, which comes back over TCP, for which the upstream is asked over TCP.
                #expect(try await Dig.short(address, "+noedns", Self.name, "A").count == 60)
                #expect(upstream.counters.tcpQueries == 1)
                #expect(server.counters.forwarded == 3)
                #expect(server.counters.forwardingFailed == 0)
                #expect(
                    try await Dig.short(address, "hello.default.svc.cluster.local", "A").count == 3, "our own zone stays ours")
            }
        }
    }

    @Test("NXDOMAIN of the upstream is NXDOMAIN, for us too")
    func nameError() async throws {
        try await withServer(Self.upstreamZone(1)) { _, place in
            try await withServer(Zones.demo, upstreams: .servers([place.socketAddress()])) { _, address in
                let output = try await Dig.run(address, "nobody.example.test", "A")
                #expect(output.contains("status: NXDOMAIN"))
            }
        }
    }

    @Test("dnsmasq as upstream answers through us")
    func dnsmasq() async throws {
        let place = TestAddress.next()
        let process = try Spawned([
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file=",
            "--user=\(NSUserName())", "--port=\(place.port)", "--listen-address=\(place.host)", "--bind-interfaces",
            "--address=/elsewhere.test/192.0.2.7", "--log-facility=-",
        ])
        defer { kill(process.pid, SIGKILL) }
        try #require(await process.line(containing: "started") != nil)
        try await withServer(Zones.demo, upstreams: .servers([place.socketAddress()])) { _, address in
            for transport in ["+notcp", "+tcp"] {
                let addresses = try await Dig.short(address, transport, "www.elsewhere.test", "A")
                #expect(addresses == ["192.0.2.7"])
            }
        }
    }

    @Test("a dead first server costs nothing, a silent one its patience")
    func deadServers() async throws {
        var limits = DNSServer.Limits()
        limits.forwardingPatience = .milliseconds(200)
        let silent = TestAddress.next()
        let hole = try DatagramHole(silent)
        defer { withExtendedLifetime(hole) {} }
        try await withServer(Self.upstreamZone(1)) { _, place in
            let dead = try TestAddress.next().socketAddress()
            let upstreams = Upstreams.servers([dead, try silent.socketAddress(), try place.socketAddress()])
            try await withServer(Zones.demo, upstreams: upstreams, limits: limits) { _, address in
                let clock = ContinuousClock()
                let socket = try TestSocket(SOCK_DGRAM, to: address)
                var response: [UInt8]?
                let time = try clock.measure { response = try socket.exchange(query(Self.name, .a)) }
                #expect(try decode(#require(response)).answers.count == 1)
                #expect(time >= .milliseconds(190) && time < .seconds(2), "\(time)")
            }
        }
    }

    @Test("without an upstream a name is REFUSED at once, with silent ones it is SERVFAIL in time")
    func failures() async throws {
        try await withServer(Zones.demo, upstreams: .none) { _, address in
            let output = try await Dig.run(address, "example.com", "A")
            #expect(output.contains("status: REFUSED"))
        }
        var limits = DNSServer.Limits()
        limits.forwardingPatience = .milliseconds(50)
        limits.forwardingTime = .milliseconds(300)
        let silent = TestAddress.next()
        let hole = try DatagramHole(silent)
        defer { withExtendedLifetime(hole) {} }
        try await withServer(Zones.demo, upstreams: .servers([silent.socketAddress()]), limits: limits) { server, address in
            let output = try await Dig.run(address, "example.com", "A")
            #expect(output.contains("status: SERVFAIL"))
            #expect(server.counters.forwardingFailed == 1)
        }
    }

    @Test("queries under way are bounded: one more is SERVFAIL at once")
    func bounded() async throws {
        var limits = DNSServer.Limits()
        limits.forwarded = 10
        let silent = TestAddress.next()
        let hole = try DatagramHole(silent)
        defer { withExtendedLifetime(hole) {} }
        try await withServer(Zones.demo, upstreams: .servers([silent.socketAddress()]), limits: limits) { server, address in
            let socket = try TestSocket(SOCK_DGRAM, to: address)
            for id in 0..<11 { socket.send(try query("example.com", .a, id: UInt16(id))) }
            let response = try decode(#require(socket.receive()))
            #expect(response.responseCode == .serverFailure)
            #expect(response.header.id == 10)
            #expect(server.counters.forwarded == 11)
        }
    }

    @Test("a client that leaves before its answer comes harms nobody")
    func clientLeaves() async throws {
        var limits = DNSServer.Limits()
        limits.forwardingTime = .milliseconds(200)
        let silent = TestAddress.next()
        let hole = try DatagramHole(silent)
        defer { withExtendedLifetime(hole) {} }
        try await withServer(Zones.demo, upstreams: .servers([silent.socketAddress()]), limits: limits) { server, address in
            for id in 0..<20 { try TestSocket(SOCK_STREAM, to: address).sendFrame(query("example.com", .a, id: UInt16(id))) }
            // This one waits as long as the others would have, on the same event loop.
            let patient = try TestSocket(SOCK_STREAM, to: address)
            patient.sendFrame(try query("example.com", .a))
            #expect(try decode(#require(patient.receiveFrame())).responseCode == .serverFailure)
            patient.sendFrame(try query("hello.default.svc.cluster.local", .a))
            #expect(try decode(#require(patient.receiveFrame())).answers.count == 3)
            #expect(server.counters.forwardingFailed >= 1)
        }
    }

    @Test("a server never asks itself, and reads its resolv.conf again when that changes")
    func resolvConf() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "resolv-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: file) }
        let own = try TestAddress(host: "127.91.0.9", port: ResolvConf.port).socketAddress()
        var list = UpstreamList(.resolvConf(path: file.path), own: [own])
        let start = NIODeadline.uptimeNanoseconds(10_000_000_000)
        #expect(list.current(now: start).isEmpty, "no file, no servers")
        try "nameserver 127.91.0.9\nnameserver 192.0.2.1\n".write(to: file, atomically: true, encoding: .utf8)
        #expect(list.current(now: start + .seconds(1)).isEmpty, "looked at every two seconds")
        #expect(list.current(now: start + .seconds(3)).map(\.ipAddress) == ["192.0.2.1"])
        try "nameserver 192.0.2.22\n".write(to: file, atomically: true, encoding: .utf8)
        #expect(list.current(now: start + .seconds(6)).map(\.ipAddress) == ["192.0.2.22"])
        let selfish = UpstreamList(.servers([own]), own: [own])
        var copy = selfish
        #expect(copy.current(now: start).isEmpty)
    }
}

/// A UDP port at which everything arrives and nothing is answered.
final class DatagramHole {
    private let descriptor: Int32

    init(_ address: TestAddress) throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(address.port).bigEndian
        inet_pton(AF_INET, address.host, &place.sin_addr)
        let result = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw TestSocket.Failure(call: "bind", code: errno) }
    }

    deinit {
        close(descriptor)
    }
}
