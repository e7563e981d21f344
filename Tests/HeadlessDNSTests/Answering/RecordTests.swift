import DNSMessage
import Testing

@testable import HeadlessDNS

/// The table of the Kubernetes DNS specification, line by line.
@Suite("Records of a zone")
struct RecordTests {
    let answerer: Answerer

    init() throws {
        answerer = Answerer(try ZoneIndex(Zones.demo, serverAddresses: [.v4(IPv4Address(rawValue: 0x7F58_0001))]))
    }

    @Test("a headless service is answered with its endpoints, for one second, with authority")
    func headless() throws {
        let response = try answerer.ask("hello.default.svc.cluster.local", .a)
        #expect(response.answerTexts == ["127.88.0.11", "127.88.0.12", "127.88.0.13"])
        #expect(response.answers.allSatisfy { $0.timeToLive == 1 && $0.recordClass == .internet })
        #expect(response.answers.allSatisfy { $0.name == response.questions[0].name })
        #expect(response.header.id == 0x1234)
        #expect(response.header.flags == [.response, .authoritative, .recursionDesired])
        #expect(response.responseCode == .noError)
        #expect(response.edns == nil)
    }

    @Test("a service with a cluster address is answered with that, its SRV records lead to its own name")
    func clusterAddress() throws {
        #expect(try answerer.ask("front.default.svc.cluster.local", .a).answerTexts == ["127.88.1.1"])
        let srv = try answerer.ask("_http._tcp.front.default.svc.cluster.local", .srv)
        #expect(srv.answerTexts == ["0 100 80 front.default.svc.cluster.local"])
        #expect(srv.additionalTexts == ["front.default.svc.cluster.local 127.88.1.1"])
        let quic = try answerer.ask("_quic._udp.front.default.svc.cluster.local", .srv)
        #expect(quic.answerTexts == ["0 100 443 front.default.svc.cluster.local"])
        #expect(
            try answerer.ask("1.1.88.127.in-addr.arpa", .ptr).answerTexts == ["front.default.svc.cluster.local"])
    }

    @Test("an endpoint has a name: its own, or its address with hyphens")
    func endpointNames() throws {
        #expect(try answerer.ask("hello-web-1-x7k2p.hello.default.svc.cluster.local", .a).answerTexts == ["127.88.0.11"])
        #expect(try answerer.ask("127-88-0-12.hello.default.svc.cluster.local", .a).answerTexts == ["127.88.0.12"])
        #expect(try answerer.ask("127-88-0-11.hello-peers.default.svc.cluster.local", .a).answerTexts == ["127.88.0.11"])
        #expect(
            try answerer.ask("127-88-0-11.hello.default.svc.cluster.local", .a).responseCode == .nameError,
            "it has a name of its own")
    }

    @Test("a port's SRV records lead to the endpoints, each at its own port, with their addresses beside them")
    func srv() throws {
        let response = try answerer.ask("_http._tcp.hello.default.svc.cluster.local", .srv, over: .tcp)
        #expect(
            response.answerTexts == [
                "0 33 20001 hello-web-1-x7k2p.hello.default.svc.cluster.local",
                "0 33 20001 127-88-0-12.hello.default.svc.cluster.local",
                "0 33 20003 127-88-0-13.hello.default.svc.cluster.local",
            ])
        #expect(
            response.additionalTexts == [
                "hello-web-1-x7k2p.hello.default.svc.cluster.local 127.88.0.11",
                "127-88-0-12.hello.default.svc.cluster.local 127.88.0.12",
                "127-88-0-13.hello.default.svc.cluster.local 127.88.0.13",
            ])
    }

    @Test("SRV on the bare service gives all ports, as libcluster asks it")
    func bareSRV() throws {
        let response = try answerer.ask("front.default.svc.cluster.local", .srv)
        #expect(
            response.answerTexts == [
                "0 100 80 front.default.svc.cluster.local", "0 100 443 front.default.svc.cluster.local",
            ])
        #expect(try answerer.ask("hello-peers.default.svc.cluster.local", .srv).answers.count == 2)
    }

    @Test("an address leads back to the names of its endpoint, each once, in the zone's order")
    func reverse() throws {
        #expect(
            try answerer.ask("11.0.88.127.in-addr.arpa", .ptr).answerTexts == [
                "hello-web-1-x7k2p.hello.default.svc.cluster.local",
                "127-88-0-11.hello-peers.default.svc.cluster.local",
            ])
        let name = try #require(IPAddress("fd00::2")).reverseName.description
        #expect(try answerer.ask(name, .ptr).answerTexts == ["fd00--2.dual.other.svc.cluster.local"])
    }

    @Test("a service of both families has both kinds of addresses, an endpoint too")
    func dualStack() throws {
        #expect(try answerer.ask("dual.other.svc.cluster.local", .a).answerTexts == ["127.88.2.1"])
        #expect(try answerer.ask("dual.other.svc.cluster.local", .aaaa).answerTexts == ["fd00::1", "fd00::2"])
        #expect(try answerer.ask("one.dual.other.svc.cluster.local", .a).answerTexts == ["127.88.2.1"])
        #expect(try answerer.ask("one.dual.other.svc.cluster.local", .aaaa).answerTexts == ["fd00::1"])
    }

    @Test("the zone tells its schema, its start and its server")
    func zoneItself() throws {
        #expect(try answerer.ask("dns-version.cluster.local", .txt).answerTexts == ["1.1.0"])
        #expect(
            try answerer.ask("cluster.local", .soa).answerTexts == [
                "ns.dns.cluster.local hostmaster.cluster.local 42 1"
            ])
        let servers = try answerer.ask("cluster.local", .ns)
        #expect(servers.answerTexts == ["ns.dns.cluster.local"])
        #expect(servers.additionalTexts == ["ns.dns.cluster.local 127.88.0.1"])
        #expect(try answerer.ask("ns.dns.cluster.local", .a).answerTexts == ["127.88.0.1"])
    }

    @Test("no answer anywhere is an alias")
    func noAliases() throws {
        let table = try RecordTable(Zones.demo, serverAddresses: [])
        #expect(table.records.values.joined().allSatisfy { $0.type != .cname })
        #expect(try answerer.ask("hello.default.svc.cluster.local", .cname).answers.isEmpty)
    }

    @Test("the same endpoint twice is answered once")
    func duplicates() throws {
        var zone = Zones.single("127.88.0.11")
        zone.services[0].endpoints += zone.services[0].endpoints
        let answerer = Answerer(try ZoneIndex(zone))
        #expect(try answerer.ask("hello.default.svc.cluster.local", .a).answerTexts == ["127.88.0.11"])
        #expect(try answerer.ask("11.0.88.127.in-addr.arpa", .ptr).answers.count == 1)
    }
}
