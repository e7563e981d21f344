import DNSMessage
import Testing

@testable import HeadlessDNS

@Suite("Names and types that are not there")
struct NegativeTests {
    let answerer: Answerer

    init() throws {
        answerer = Answerer(try ZoneIndex(Zones.demo))
    }

    /// The zone's SOA record, whose minimum and own time to live both bound how long a client may believe it.
    private func expectAuthority(_ response: Message, zone: String = "cluster.local") throws {
        #expect(response.answers.isEmpty)
        #expect(response.header.flags.contains(.authoritative))
        let record = try #require(response.authorities.first)
        #expect(response.authorities.count == 1)
        #expect(try record.name == Name(zone))
        #expect(record.timeToLive == 1)
        #expect(record.data.text == "ns.dns.cluster.local hostmaster.cluster.local 42 1")
    }

    @Test(
        "a name that exists without such a record is NODATA",
        arguments: [
            ("hello.default.svc.cluster.local", RecordType.aaaa), ("hello.default.svc.cluster.local", .txt),
            ("_http._tcp.hello.default.svc.cluster.local", .a), ("127-88-0-12.hello.default.svc.cluster.local", .srv),
            ("cluster.local", .a), ("hello.default.svc.cluster.local", RecordType(rawValue: 65)),
        ])
    func noData(name: String, type: RecordType) throws {
        let response = try answerer.ask(name, type)
        #expect(response.responseCode == .noError)
        try expectAuthority(response)
    }

    @Test(
        "a service without endpoints is NODATA, its port too",
        arguments: [
            ("empty.other.svc.cluster.local", RecordType.a), ("empty.other.svc.cluster.local", .aaaa),
            ("empty.other.svc.cluster.local", .srv), ("_http._tcp.empty.other.svc.cluster.local", .srv),
        ])
    func emptyService(name: String, type: RecordType) throws {
        let response = try answerer.ask(name, type)
        #expect(response.responseCode == .noError)
        try expectAuthority(response)
    }

    @Test(
        "a name that only stands above others is NODATA",
        arguments: [
            "svc.cluster.local", "default.svc.cluster.local", "_tcp.hello.default.svc.cluster.local", "dns.cluster.local",
        ])
    func emptyNonTerminal(name: String) throws {
        let response = try answerer.ask(name, .a)
        #expect(response.responseCode == .noError)
        try expectAuthority(response)
    }

    @Test(
        "a name below the zone that does not exist is NXDOMAIN",
        arguments: [
            "nobody.default.svc.cluster.local", "hello.nowhere.svc.cluster.local", "x.hello.default.svc.cluster.local",
            "_grpc._tcp.hello.default.svc.cluster.local", "a.b.c.d.e.cluster.local", "x.cluster.local",
        ])
    func noName(name: String) throws {
        for type in [RecordType.a, .aaaa, .srv, .any] {
            let response = try answerer.ask(name, type)
            #expect(response.responseCode == .nameError)
            try expectAuthority(response)
        }
    }

    @Test("a reverse name is a zone of its own: other types are NODATA there, other addresses are elsewhere")
    func reverse() throws {
        let response = try answerer.ask("11.0.88.127.in-addr.arpa", .a)
        #expect(response.responseCode == .noError)
        try expectAuthority(response, zone: "11.0.88.127.in-addr.arpa")
        #expect(try answerer.ask("99.0.88.127.in-addr.arpa", .ptr).responseCode == .refused)
    }

    @Test(
        "a name outside the zone is refused where nobody else can be asked",
        arguments: ["example.com", "local", ".", "mycluster.local", "xcluster.local", "cluster.local.example"])
    func elsewhere(name: String) throws {
        let response = try answerer.ask(name, .a)
        #expect(response.responseCode == .refused)
        #expect(!response.header.flags.contains(.authoritative))
        #expect(!response.header.flags.contains(.recursionAvailable))
    }

    @Test(
        "a name that is an address is answered with it and never handed on: nodes ask so for each other",
        arguments: [
            ("127.88.0.12", RecordType.a, "127.88.0.12"), ("0.0.0.0", .a, "0.0.0.0"), ("fd00::1", .aaaa, "fd00::1"),
            ("FD00::1", .aaaa, "fd00::1"), ("::ffff:10.0.0.1", .aaaa, "::ffff:a00:1"),
        ])
    func addressName(name: String, type: RecordType, address: String) throws {
        var answerer = answerer
        answerer.forwards = true
        let response = try answerer.ask(name, type, edns: EDNS(payloadSize: 1232))
        #expect(response.answerTexts == [address] && response.responseCode == .noError && response.edns != nil)
        #expect(response.answers.map(\.name) == [try Name(name)])
        #expect(!response.header.flags.contains(.authoritative))
        for other in [RecordType.txt, type == .a ? .aaaa : .a] {
            let response = try answerer.ask(name, other)
            #expect(response.responseCode == .noError && response.answers.isEmpty)
        }
    }

    @Test(
        "a name that looks like an address and is none is handed on",
        arguments: ["127.88.0", "127.88.0.256", "127.88.0.12.1", "1.2.3.4.in-addr.arpa", "face.b", ":", ".", "10"])
    func noAddressName(name: String) throws {
        var answerer = answerer
        answerer.forwards = true
        #expect(answerer.handsOn(try query(name, .a)))
    }

    @Test("a name outside the zone is handed on only if the client wants that")
    func handedOn() throws {
        var answerer = answerer
        answerer.forwards = true
        let wanted = try query("example.com", .a)
        let unwanted = try query("example.com", .a, flags: [])
        #expect(answerer.handsOn(wanted))
        #expect(answerer.response(to: wanted) == nil)
        #expect(!answerer.handsOn(unwanted))
        #expect(answerer.response(to: unwanted)?[3] == 0x85, "RA, REFUSED")
        #expect(try answerer.ask("hello.default.svc.cluster.local", .a).header.flags.contains(.recursionAvailable))
    }

    @Test("an empty zone nobody has told yet denies its names and no others")
    func untold() throws {
        let answerer = Answerer(try ZoneIndex(Zone()))
        #expect(try answerer.ask("hello.default.svc.cluster.local", .a).responseCode == .nameError)
        #expect(try answerer.ask("svc.cluster.local", .a).responseCode == .noError)
        #expect(try answerer.ask("cluster.local", .soa).answerTexts == ["ns.dns.cluster.local hostmaster.cluster.local 0 1"])
    }
}
