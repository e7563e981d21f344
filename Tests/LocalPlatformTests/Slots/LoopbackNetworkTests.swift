import Testing

@testable import LocalPlatform

@Suite("the network that replicas get their addresses from")
struct LoopbackNetworkTests {
    @Test(
        "a network is read, and shown by its own address",
        arguments: [
            ("127.88.0.0/16", "127.88.0.0/16", "127.88.0.1", "127.88.0.11"),
            ("127.88.3.7/16", "127.88.0.0/16", "127.88.0.1", "127.88.0.11"),
            ("127.94.7.0/24", "127.94.7.0/24", "127.94.7.1", "127.94.7.11"),
            ("127.94.7.250/28", "127.94.7.240/28", "127.94.7.241", "127.94.7.251"),
            ("127.0.0.0/8", "127.0.0.0/8", "127.0.0.1", "127.0.0.11"),
        ])
    func reads(text: String, shown: String, nameServer: String, first: String) throws {
        let network = try LoopbackNetwork(text)
        #expect(network.description == shown)
        #expect(network.nameServer == nameServer)
        #expect(network.place(0).address == first)
        #expect(LoopbackNetwork.ports.contains(network.place(0).port))
    }

    @Test(
        "networks that differ in one octet use other ports, for replicas and for the entrance; the standard one begins at the first"
    )
    func ports() throws {
        #expect(try LoopbackNetwork(LoopbackNetwork.standard).place(0).port == 20_000)
        #expect(try LoopbackNetwork(LoopbackNetwork.standard).entrancePorts == (8080, 8443))
        for networks in [(0...255).map { "127.\($0).0.0/16" }, (0...255).map { "127.88.\($0).0/24" }] {
            let made = try networks.map { try LoopbackNetwork($0) }
            let replicas = made.map { $0.place(0).port }.sorted()
            #expect(zip(replicas, replicas.dropFirst()).allSatisfy { $1 - $0 >= 37 })
            let entrances = made.flatMap { [$0.entrancePorts.http, $0.entrancePorts.https] }
            #expect(Set(entrances).count == 512)
            #expect(!entrances.contains { LoopbackNetwork.ports.contains($0) })
        }
    }

    @Test(
        "what is no such network is refused with what was given, the reason and a way out",
        arguments: [
            ("", "not of the form"), ("127.88.0.0", "not of the form"), ("127.88.0/16", "not of the form"),
            ("127.88.0.0.0/16", "not of the form"), ("127.88.0.256/16", "not of the form"), ("127.88.0.-1/16", "not of the form"),
            ("127.88.0.0/", "not of the form"), ("127.88.0.0/16/2", "not of the form"), ("127.88.0.0/sixteen", "not of the form"),
            ("127.88..0/16", "not of the form"), ("::1/64", "not of the form"), (" 127.88.0.0/16", "not of the form"),
            ("127.88.0.0/99999999999999999999", "not of the form"), ("127.+8.0.0/+16", "not of the form"),
            ("127.88.0.0/7", "size"), ("127.88.0.0/29", "size"), ("127.88.0.0/-1", "not of the form"),
            ("10.0.0.0/16", "not within"),
            ("128.0.0.0/8", "not within"),
        ])
    func refuses(text: String, why: String) throws {
        let error = try #require(throws: LocalPlatformError.self) { try LoopbackNetwork(text) }
        #expect(error.description.hasPrefix("BEAMCTL_NETWORK is '\(text)': "))
        #expect(error.description.contains(why), "\(error)")
        #expect(error.hint == "export BEAMCTL_NETWORK=127.88.0.0/16")
    }

    @Test("its room ends before its broadcast address and its last port")
    func room() throws {
        let small = try LoopbackNetwork("127.94.0.0/28")
        #expect(small.room == 4)
        #expect(small.place(small.room - 1).address == "127.94.0.14")
        let large = try LoopbackNetwork("127.0.0.0/8")
        #expect(large.room == 10_000)
        #expect(Set((0..<large.room).map { large.place($0).port }) == Set(20_000...29_999))
    }

    @Test("places count on over an octet's end")
    func carry() throws {
        let network = try LoopbackNetwork("127.94.0.0/16")
        #expect(network.place(244).address == "127.94.0.255")
        #expect(network.place(245).address == "127.94.1.0")
    }
}
