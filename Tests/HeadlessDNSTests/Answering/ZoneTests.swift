import DNSMessage
import Foundation
import Testing

@testable import HeadlessDNS

@Suite("Zones")
struct ZoneTests {
    @Test("a zone is the same after JSON and back, and reads well")
    func json() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let zone = Zones.single("127.88.0.11", serial: 7)
        let text = String(decoding: try encoder.encode(zone), as: UTF8.self)
        #expect(
            text == """
                {"origin":"cluster.local","serial":7,"services":[{"clusterAddresses":[],"endpoints":\
                [{"address":"127.88.0.11"}],"name":"hello","namespace":"default","ports":[]}]}
                """)
        #expect(try JSONDecoder().decode(Zone.self, from: encoder.encode(Zones.demo)) == Zones.demo)
    }

    /// Something wrong with the demonstration zone, and where it must be found.
    struct Flaw: Sendable, CustomTestStringConvertible {
        var path: String
        var make: @Sendable (inout Zone) -> Void
        var testDescription: String { path }

        init(_ path: String, _ make: @escaping @Sendable (inout Zone) -> Void) {
            self.path = path
            self.make = make
        }
    }

    static let flaws: [Flaw] = [
        Flaw("services[0].endpoints[0].address") { $0.services[0].endpoints[0].address = "127.88.0.256" },
        Flaw("services[0].endpoints[1].hostname") { $0.services[0].endpoints[1].hostname = "a.b" },
        Flaw("services[0].endpoints[0].ports[0].port") {
            $0.services[0].endpoints[0].ports = [NamedPort(name: "x", port: 0)]
        },
        Flaw("services[0].name") { $0.services[0].name = "" },
        Flaw("services[1].namespace") { $0.services[1].namespace = String(repeating: "n", count: 64) },
        Flaw("services[0].ports[0].name") { $0.services[0].ports[0].name = "ht tp" },
        Flaw("services[0].ports[0].name") { $0.services[0].ports[0].name = String(repeating: "p", count: 63) },
        Flaw("services[0].ports[0].protocol") { $0.services[0].ports[0].transport = "TCP" },
        Flaw("services[2].clusterAddresses[0]") { $0.services[2].clusterAddresses = ["here"] },
        Flaw("services[1]") { $0.services[1].name = "Hello" },
        Flaw("origin") { $0.origin = "cluster..local" },
        Flaw("origin") { $0.origin = "." },
        Flaw("services[0]") { $0.origin = Array(repeating: "long-label", count: 22).joined(separator: ".") },
        Flaw("services[0].ports") { $0.services[0].ports = (1...101).map { NamedPort(name: "p\($0)", port: 1) } },
        Flaw("services[0].endpoints") {
            $0.services[0].endpoints = Array(repeating: Endpoint(address: "127.0.0.1"), count: 1_001)
        },
    ]

    @Test("what cannot be served is refused with its place", arguments: flaws)
    func refused(flaw: Flaw) throws {
        var zone = Zones.demo
        flaw.make(&zone)
        let error = #expect(throws: ZoneError.self) { try ZoneIndex(zone) }
        #expect(error?.path == flaw.path)
    }

    @Test("a name is found among ten thousand, in any case, and no other is")
    func nameTable() throws {
        let names = try (0..<10_000).map { try Name("host-\($0).svc.cluster.local") }
        let table = NameTable(names)
        for (number, name) in names.enumerated() {
            #expect(table.number(in: name.wire.span, from: 0, count: name.wire.count) == number)
        }
        let capital = try Name("HOST-77.Svc.Cluster.Local").wire
        #expect(table.number(in: ([9, 9] + capital).span, from: 2, count: capital.count) == 77)
        for name in try ["host-10000.svc.cluster.local", "svc.cluster.local", "."].map({ try Name($0) }) {
            #expect(table.number(in: name.wire.span, from: 0, count: name.wire.count) == nil)
        }
        #expect(NameTable([]).number(in: capital.span, from: 0, count: capital.count) == nil)
    }
}
