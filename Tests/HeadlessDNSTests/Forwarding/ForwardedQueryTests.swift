import DNSMessage
import NIOCore
import Testing

@testable import HeadlessDNS

@Suite("A query that is handed on")
struct ForwardedQueryTests {
    /// A machine over so many servers, whose ids are 1, 2, 3, ….
    private func machine(
        _ servers: Int, over transport: Answerer.Transport = .udp, edns: EDNS? = nil
    ) throws -> ForwardedQuery {
        let bytes = try query("Example.com", .a, id: 0xABCD, edns: edns)
        guard case .query(let view) = QueryView.read(bytes.span) else { throw DNSTestError.notAQuery }
        var id: UInt16 = 0
        return ForwardedQuery(ByteBuffer(bytes: bytes), view, over: transport, serverCount: servers) {
            id += 1
            return id
        }
    }

    private enum DNSTestError: Error {
        case notAQuery
    }

    /// A server's response to the attempt with this id.
    private func response(
        _ id: UInt16, _ code: ResponseCode = .noError, name: String = "example.com", flags: Header.Flags = [.response],
        opcode: Opcode = .query, answers: Int = 1
    ) throws -> ByteBuffer {
        let header = Header(id: id, flags: flags, opcode: opcode)
        var message = Message(header: header, questions: [Question(try Name(name), .a)])
        message.responseCode = code
        let record = ResourceRecord(try Name(name), timeToLive: 60, data: .a(IPv4Address(rawValue: 1)))
        message.answers = Array(repeating: record, count: answers)
        return try message.encoded()
    }

    private func attempt(_ number: Int, _ server: Int, _ id: UInt16, _ transport: Answerer.Transport = .udp)
        -> ForwardedQuery.Action
    {
        .ask(.init(number: number, server: server, transport: transport, id: id))
    }

    @Test("it is sent under another id, and answered under the client's, in the client's writing")
    func ids() throws {
        var machine = try machine(1)
        #expect(machine.handle(.started) == attempt(0, 0, 1))
        let sent = try Message(decoding: machine.bytes(.init(number: 0, server: 0, transport: .udp, id: 1)))
        #expect(sent.header.id == 1)
        #expect(sent.questions[0].name.description == "Example.com")
        guard case .answer(let bytes) = machine.handle(.received(try response(1), attempt: 0)) else {
            Issue.record("no answer")
            return
        }
        let answer = try Message(decoding: bytes)
        #expect(answer.header.id == 0xABCD)
        #expect(answer.questions[0].name.description == "Example.com")
        #expect(answer.answers[0].name.description == "Example.com")
    }

    @Test("a response with another id, question, opcode or without QR is not believed")
    func forged() throws {
        var machine = try machine(1)
        _ = machine.handle(.started)
        for forged in try [
            response(2), response(1, name: "example.org"), response(1, flags: []),
            response(1, opcode: .update), ByteBuffer(bytes: [0, 1, 0x80]), ByteBuffer(),
        ] {
            #expect(machine.handle(.received(forged, attempt: 0)) == .wait)
        }
        guard case .answer = machine.handle(.received(try response(1), attempt: 0)) else {
            Issue.record("the true one is not believed")
            return
        }
    }

    @Test("when patience ends the next server is asked, and the first one is still listened to")
    func patience() throws {
        var machine = try machine(2)
        #expect(machine.handle(.started) == attempt(0, 0, 1))
        #expect(machine.handle(.patienceEnded) == attempt(1, 1, 2))
        #expect(machine.handle(.patienceEnded) == attempt(2, 0, 3))
        #expect(machine.handle(.patienceEnded) == attempt(3, 1, 4))
        #expect(machine.handle(.patienceEnded) == .wait, "each twice is enough")
        guard case .answer = machine.handle(.received(try response(1), attempt: 0)) else {
            Issue.record("the late answer is not taken")
            return
        }
    }

    @Test("a server that nobody listens at is passed over at once, and when there is none left that is the end")
    func failures() throws {
        var machine = try machine(2)
        _ = machine.handle(.started)
        #expect(machine.handle(.failed(attempt: 0)) == attempt(1, 1, 2))
        #expect(machine.handle(.failed(attempt: 1)) == .fail)
    }

    @Test("a server's own failure is told only if no other knows better")
    func refusals() throws {
        var machine = try machine(2)
        _ = machine.handle(.started)
        #expect(machine.handle(.received(try response(1, .serverFailure), attempt: 0)) == attempt(1, 1, 2))
        guard case .answer(let bytes) = machine.handle(.failed(attempt: 1)) else {
            Issue.record("no answer")
            return
        }
        #expect(try Message(decoding: bytes).responseCode == .serverFailure)
        var other = try self.machine(2)
        _ = other.handle(.started)
        _ = other.handle(.received(try response(1, .refused), attempt: 0))
        guard case .answer(let better) = other.handle(.received(try response(2, .nameError), attempt: 1)) else {
            Issue.record("no answer")
            return
        }
        #expect(try Message(decoding: better).responseCode == .nameError)
    }

    @Test("a truncated answer is asked again over TCP for a client on TCP, and given on to one on UDP")
    func truncated() throws {
        let cut = try response(1, flags: [.response, .truncated], answers: 0)
        var stream = try machine(2, over: .tcp)
        _ = stream.handle(.started)
        #expect(stream.handle(.received(cut, attempt: 0)) == attempt(1, 0, 2, .tcp))
        guard case .answer = stream.handle(.received(try response(2, answers: 50), attempt: 1)) else {
            Issue.record("no answer over TCP")
            return
        }
        var datagram = try machine(2)
        _ = datagram.handle(.started)
        guard case .answer(let bytes) = datagram.handle(.received(cut, attempt: 0)) else {
            Issue.record("no answer over UDP")
            return
        }
        #expect(try Message(decoding: bytes).header.flags.contains(.truncated))
    }

    @Test("a response over what the client takes is cut to its question")
    func oversized() throws {
        var plain = try machine(1)
        _ = plain.handle(.started)
        guard case .answer(let cut) = plain.handle(.received(try response(1, answers: 40), attempt: 0)) else {
            Issue.record("no answer")
            return
        }
        let message = try Message(decoding: cut)
        #expect(message.header.flags.contains(.truncated))
        #expect(message.answers.isEmpty)
        var large = try machine(1, edns: EDNS(payloadSize: 4_096))
        _ = large.handle(.started)
        guard case .answer(let whole) = large.handle(.received(try response(1, answers: 40), attempt: 0)) else {
            Issue.record("no answer")
            return
        }
        #expect(try Message(decoding: whole).answers.count == 40)
    }

    @Test("when the time is up, silence is a failure and a refusal is passed on")
    func timeIsUp() throws {
        var silent = try machine(1)
        _ = silent.handle(.started)
        #expect(silent.handle(.timeIsUp) == .fail)
    }

    @Test("resolv.conf is read as resolvers read it")
    func resolvConf() throws {
        let text = """
            # made by hand
            ; nameserver 192.0.2.9
            search example.com
            nameserver 192.0.2.1
            \tnameserver\t2001:db8::1   # a comment
            nameserver fe80::1%nosuchlink
            nameserver not-an-address
            options ndots:2
            nameserver 192.0.2.3
            nameserver 192.0.2.4
            """
        #expect(
            ResolvConf.servers(text)
                == (try ["192.0.2.1", "2001:db8::1", "192.0.2.3"].map { try SocketAddress(ipAddress: $0, port: 53) }))
        #expect(ResolvConf.servers("").isEmpty)
    }
}
