import ExternalTermFormat
import NIOCore
import Testing

@testable import ErlangDistribution

@Suite("Handshake")
struct HandshakeTests {
    /// MD5 of `crumbs` and the challenge in decimal, as `erlang:md5("crumbs123456789")` gives it.
    static let proofOf123456789: [UInt8] = [
        0x86, 0x5b, 0x9f, 0x54, 0xeb, 0x37, 0x1f, 0x5a, 0xae, 0xe4, 0x1d, 0xc5, 0x9f, 0x6b, 0x1c, 0x05,
    ]

    private func handshake(_ localName: LocalName = .assignedByPeer(host: "127.0.0.1")) throws -> Handshake {
        Handshake(peer: try peerName("a@127.92.0.11"), localName: localName, cookie: try cookie(), challenge: 7)
    }

    private func failure(_ action: Handshake.Action) -> ConnectError.Code? {
        guard case .fail(let error) = action else { return nil }
        return error.code
    }

    @Test("all messages are the bytes of the protocol, and end in a connection")
    func happyWay() throws {
        var handshake = try handshake()
        let flags: UInt64 = 0x1f_0307_0f94
        let name: [UInt8] =
            [0, 24, 78] + (0..<8).map { UInt8(truncatingIfNeeded: flags >> (56 - 8 * $0)) }
            + [0, 0, 0, 0, 0, 9] + Array("127.0.0.1".utf8)
        #expect(handshake.handle(.connected) == .send(ByteBuffer(bytes: name)))
        #expect(handshake.handle(.received(.named("ABC@127.0.0.1", creation: 3))) == .wait)
        let reply: [UInt8] = [0, 21, 114, 0, 0, 0, 7] + Self.proofOf123456789
        let challenge = ByteBuffer.challenge(123_456_789, flags: .ours, name: "a@127.92.0.11")
        #expect(handshake.handle(.received(challenge)) == .send(ByteBuffer(bytes: reply)))
        let proof = try cookie().digest(challenge: 7)
        #expect(
            handshake.handle(.received(.message("a", proof)))
                == .establish(Handshake.Introduction(node: "ABC@127.0.0.1", creation: 3)))
        #expect(handshake.handle(.closed) == .wait)
    }

    @Test("a name of our own is sent whole, and taken with ok", arguments: ["sok", "sok_simultaneous"])
    func ownName(status: String) throws {
        var handshake = try handshake(.fixed(peerName("probe@127.0.0.1"), creation: 4))
        guard case .send(let name) = handshake.handle(.connected) else { throw Missing() }
        #expect(String(decoding: name.bytes.suffix(15), as: UTF8.self) == "probe@127.0.0.1")
        #expect(name.getInteger(at: 3, as: UInt64.self) == DistributionFlags.ours.rawValue)
        #expect(handshake.handle(.received(.message(status))) == .wait)
    }

    @Test(
        "a status that is no yes ends the handshake with its reason",
        arguments: [
            ("snok", ConnectError.Code.busy), ("snot_allowed", .notAllowed), ("salive", .alreadyConnected),
            ("sok", .incompatible), ("sperhaps", .protocolViolation), ("x", .protocolViolation), ("", .protocolViolation),
            ("snamed:", .protocolViolation), ("snamed:\u{0}\u{3}a@b", .protocolViolation),
        ])
    func statuses(status: String, code: ConnectError.Code) throws {
        var handshake = try handshake()
        _ = handshake.handle(.connected)
        #expect(failure(handshake.handle(.received(.message(status)))) == code)
        #expect(handshake.handle(.received(.message("sok"))) == .wait)
    }

    @Test("the wrong node, an old node and nonsense are told apart at the challenge")
    func challenges() throws {
        let cases: [(ByteBuffer, ConnectError.Code)] = [
            (.challenge(1, flags: .ours, name: "b@127.92.0.11"), .unexpectedPeer),
            (.challenge(1, flags: [.extendedReferences], name: "a@127.92.0.11"), .incompatible),
            (.message("n", [0, 5, 0, 0, 0, 0, 0, 0, 0, 1]), .incompatible),
            (.message("N"), .protocolViolation), (.message("N", Array(repeating: 0xff, count: 40)), .protocolViolation),
        ]
        for (message, code) in cases {
            var handshake = try handshake()
            _ = handshake.handle(.connected)
            _ = handshake.handle(.received(.named("ABC@127.0.0.1", creation: 3)))
            #expect(failure(handshake.handle(.received(message))) == code)
        }
    }

    private func atProof() throws -> Handshake {
        var handshake = try handshake()
        _ = handshake.handle(.connected)
        _ = handshake.handle(.received(.named("ABC@127.0.0.1", creation: 3)))
        _ = handshake.handle(.received(.challenge(1, flags: .mandatory25Digest, name: "a@127.92.0.11")))
        return handshake
    }

    @Test("a peer that closes on our proof has another cookie, one that closes before has not said")
    func closed() throws {
        var late = try atProof()
        #expect(failure(late.handle(.closed)) == .cookieRefused)
        var early = try handshake()
        _ = early.handle(.connected)
        #expect(failure(early.handle(.closed)) == .closedByPeer)
    }

    @Test("a peer that does not know the cookie is found out")
    func impostor() throws {
        var wrong = try atProof()
        #expect(failure(wrong.handle(.received(.message("a", Array(repeating: 0, count: 16))))) == .peerNotProven)
        var short = try atProof()
        #expect(failure(short.handle(.received(.message("a", [1, 2, 3])))) == .protocolViolation)
    }

    @Test("time can run out at any point, and a peer that speaks first is none")
    func timeAndOrder() throws {
        var early = try handshake()
        #expect(failure(early.handle(.timedOut)) == .timedOut)
        var late = try atProof()
        #expect(failure(late.handle(.timedOut)) == .timedOut)
        var first = try handshake()
        #expect(failure(first.handle(.received(.message("sok")))) == .protocolViolation)
    }

    @Test("any bytes at any point end in an error or in waiting, never in a connection", arguments: UInt8(0)..<50)
    func nonsense(seed: UInt8) throws {
        var numbers = (0..<2_000).map { UInt8(truncatingIfNeeded: ($0 &* 73 &+ Int(seed) &* 31) ^ ($0 >> 3)) }[...]
        for start in [try handshake(), try atProof()] {
            var handshake = start
            _ = handshake.handle(.connected)
            while let count = numbers.popFirst() {
                let message = ByteBuffer(bytes: ["s", "N", "a", "n"][Int(count & 3)].utf8 + numbers.prefix(Int(count)))
                numbers = numbers.dropFirst(Int(count))
                if case .establish = handshake.handle(.received(message)) { Issue.record("nonsense made a connection") }
            }
        }
    }

    @Test("the cookie shows nowhere")
    func secrecy() throws {
        let secret = try cookie("VERYSECRET")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\(try handshake())"] {
            #expect(!text.contains("VERYSECRET"))
            #expect(!text.contains("crumbs"))
            #expect(!text.contains("86, 69, 82"))
        }
    }

    @Test("cookies and names that no node can have are refused")
    func values() {
        #expect(Cookie("") == nil)
        #expect(Cookie(String(repeating: "x", count: 256)) == nil)
        #expect(Cookie("日本") == nil)
        for text in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\n", String(repeating: "x", count: 254) + "@b"] {
            #expect(PeerName(text) == nil)
        }
        #expect(PeerName("shop@127.88.0.11")?.host == "127.88.0.11")
    }
}
