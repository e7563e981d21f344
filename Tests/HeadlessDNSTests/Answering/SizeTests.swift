import DNSMessage
import NIOCore
import Testing

@testable import HeadlessDNS

@Suite("Sizes and EDNS")
struct SizeTests {
    private static let name = "many.default.svc.cluster.local"

    private func answerer(_ count: Int) throws -> Answerer {
        Answerer(try ZoneIndex(Zones.many(count)))
    }

    private func ask(_ count: Int, payload: UInt16?, over transport: Answerer.Transport = .udp) throws -> (Int, Message) {
        let bytes = try query(Self.name, .a, edns: payload.map { EDNS(payloadSize: $0) })
        let response = try #require(try answerer(count).response(to: bytes, over: transport))
        return (response.count, try Message(decoding: ByteBuffer(bytes: response)))
    }

    @Test("twenty-nine addresses fit into 512 octets, thirty are cut and told so")
    func plain() throws {
        let (size, whole) = try ask(29, payload: nil)
        #expect(size == 512)
        #expect(whole.answers.count == 29)
        #expect(!whole.header.flags.contains(.truncated))
        let (cutSize, cut) = try ask(30, payload: nil)
        #expect(cutSize == 512)
        #expect(cut.answers.count == 29, "as many as fit, for clients that never ask over TCP")
        #expect(cut.header.flags.contains(.truncated))
    }

    @Test("what a client says that it takes is honoured, between 512 and 1232 octets")
    func payloadSizes() throws {
        for (payload, limit) in [(0, 512), (511, 512), (512, 512), (800, 800), (1_232, 1_232), (65_535, 1_232)] {
            let (size, message) = try ask(200, payload: UInt16(payload))
            #expect(size <= limit && size > limit - 16)
            #expect(message.header.flags.contains(.truncated))
            #expect(message.edns?.payloadSize == 1_232)
        }
        #expect(try !ask(70, payload: 4_096).1.header.flags.contains(.truncated))
    }

    @Test("over TCP all thousand addresses come, whatever the payload size says")
    func tcp() throws {
        let (_, message) = try ask(Zone.maximumEndpoints, payload: 512, over: .tcp)
        #expect(message.answers.count == Zone.maximumEndpoints)
        #expect(!message.header.flags.contains(.truncated))
    }

    @Test("an answer too large for TCP is cut there, too, at a record's end")
    func tooLargeForTCP() throws {
        var zone = Zones.many(Zone.maximumEndpoints)
        zone.services[0].ports = (1...10).map { NamedPort(name: "port\($0)", port: $0) }
        let bytes = try query(Self.name, .srv)
        let response = try #require(Answerer(try ZoneIndex(zone)).response(to: bytes, over: .tcp))
        #expect(response.count <= 65_535)
        let message = try Message(decoding: ByteBuffer(bytes: response))
        #expect(message.header.flags.contains(.truncated))
        #expect(message.answers.count > 500)
    }

    @Test("additional records that do not fit are left out without TC")
    func additionals() throws {
        let bytes = try query("_http._tcp." + Self.name, .srv)
        let response = try #require(try answerer(7).response(to: bytes))
        let message = try Message(decoding: ByteBuffer(bytes: response))
        #expect(response.count <= 512)
        #expect(message.answers.count == 7)
        #expect(message.additionals.count < 7)
        #expect(!message.header.flags.contains(.truncated))
    }

    @Test("a client with EDNS gets an OPT record back, its DO bit in it")
    func edns() throws {
        let answerer = try answerer(1)
        for name in [Self.name, "nobody.cluster.local", "example.com", "cluster.local"] {
            let response = try answerer.ask(name, .a, edns: EDNS(payloadSize: 4_096, flags: 0x8000))
            #expect(response.edns == EDNS(payloadSize: 1_232, flags: 0x8000))
        }
        #expect(try answerer.ask(Self.name, .a, edns: EDNS(payloadSize: 4_096)).edns?.flags == 0)
    }

    @Test("another EDNS version is BADVERS, and told which there is")
    func badVersion() throws {
        let response = try answerer(1).ask(Self.name, .a, edns: EDNS(payloadSize: 4_096, version: 1))
        #expect(response.responseCode == .badVersion)
        #expect(response.edns?.version == 0)
        #expect(response.answers.isEmpty)
    }
}
