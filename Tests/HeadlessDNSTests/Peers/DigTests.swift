import HeadlessDNS
import Testing

/// What BIND's own client makes of our answers.
@Suite("dig", .timeLimit(.minutes(1)))
struct DigTests {
    /// Questions, and the lines of the answers, sorted.
    private static let records: [(String, String, [String])] = [
        ("hello.default.svc.cluster.local", "A", ["127.88.0.11", "127.88.0.12", "127.88.0.13"]),
        ("hello.default.svc.cluster.local", "AAAA", []),
        ("dual.other.svc.cluster.local", "AAAA", ["fd00::1", "fd00::2"]),
        (
            "_http._tcp.hello.default.svc.cluster.local", "SRV",
            [
                "0 33 20001 127-88-0-12.hello.default.svc.cluster.local.",
                "0 33 20001 hello-web-1-x7k2p.hello.default.svc.cluster.local.",
                "0 33 20003 127-88-0-13.hello.default.svc.cluster.local.",
            ]
        ),
        ("12.0.88.127.in-addr.arpa", "PTR", ["127-88-0-12.hello.default.svc.cluster.local."]),
        ("dns-version.cluster.local", "TXT", ["\"1.1.0\""]),
        ("cluster.local", "NS", ["ns.dns.cluster.local."]),
        ("cluster.local", "SOA", ["ns.dns.cluster.local. hostmaster.cluster.local. 42 7200 1800 86400 1"]),
    ]

    @Test("it reads every kind of record over UDP and TCP", arguments: ["+notcp", "+tcp"])
    func records(transport: String) async throws {
        try await withServer(Zones.demo) { _, address in
            for (name, type, expected) in Self.records + [("ns.dns.cluster.local", "A", [address.host])] {
                let lines = try await Dig.short(address, transport, name, type)
                #expect(lines == expected)
            }
        }
    }

    @Test("it finds nothing to warn of")
    func clean() async throws {
        try await withServer(Zones.demo) { _, address in
            for words in [
                ["+notcp", "+norecurse"], ["+tcp", "+norecurse"], ["+dnssec", "+norecurse"], ["+noedns", "+norecurse"],
            ] {
                for (name, type) in [
                    ("hello.default.svc.cluster.local", "A"), ("hello.default.svc.cluster.local", "SRV"),
                    ("x.cluster.local", "A"),
                    ("svc.cluster.local", "TXT"), ("1.0.88.127.in-addr.arpa", "PTR"),
                ] {
                    let output = try await Dig.run(address, words + [name, type])
                    // What it always says of a zone below .local.
                    let text = output.replacing("WARNING: .local is reserved for Multicast DNS", with: "")
                    #expect(!text.contains("WARNING") && !text.contains("malformed"), "\(output)")
                }
            }
        }
    }

    @Test("without EDNS, more addresses than fit come over TCP, of themselves")
    func truncated() async throws {
        try await withServer(Zones.many(29)) { server, address in
            #expect(try await Dig.short(address, "+noedns", "many.default.svc.cluster.local", "A").count == 29)
            #expect(server.counters.tcpQueries == 0)
            try server.serve(Zones.many(30))
            let full = try await Dig.run(address, "+noedns", "many.default.svc.cluster.local", "A")
            #expect(full.contains("Truncated, retrying in TCP mode"))
            #expect(full.contains("ANSWER: 30"))
            #expect(server.counters.tcpQueries == 1)
            let cut = try await Dig.run(address, "+noedns", "+ignore", "many.default.svc.cluster.local", "A")
            #expect(cut.contains("flags: qr aa tc rd"))
            #expect(cut.contains("ANSWER: 29"))
        }
    }

    @Test("a buffer size is honoured")
    func bufferSize() async throws {
        try await withServer(Zones.many(60)) { server, address in
            let large = try await Dig.run(address, "+bufsize=1232", "many.default.svc.cluster.local", "A")
            #expect(large.contains("ANSWER: 60"))
            #expect(server.counters.tcpQueries == 0)
            let small = try await Dig.run(address, "+bufsize=512", "many.default.svc.cluster.local", "A")
            #expect(small.contains("ANSWER: 60"))
            #expect(server.counters.tcpQueries == 1)
        }
    }

    /// Questions, and what stands in dig's header.
    private static let statuses: [([String], [String])] = [
        (["nobody.default.svc.cluster.local", "A"], ["status: NXDOMAIN", "ANSWER: 0, AUTHORITY: 1"]),
        (["hello.default.svc.cluster.local", "AAAA"], ["status: NOERROR", "ANSWER: 0, AUTHORITY: 1"]),
        (["empty.other.svc.cluster.local", "A"], ["status: NOERROR", "ANSWER: 0, AUTHORITY: 1"]),
        (["+edns=1", "+noednsneg", "cluster.local", "SOA"], ["status: BADVERS"]),
        (["-c", "CH", "version.bind", "TXT"], ["status: REFUSED"]),
        (["+opcode=UPDATE", "cluster.local", "SOA"], ["status: NOTIMP"]),
    ]

    @Test("statuses and sections are what the specification says")
    func statuses() async throws {
        try await withServer(Zones.demo) { _, address in
            for (words, expected) in Self.statuses {
                let output = try await Dig.run(address, words)
                for text in expected { #expect(output.contains(text), "\(output)") }
            }
        }
    }
}
