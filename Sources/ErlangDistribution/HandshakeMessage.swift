internal import ExternalTermFormat
internal import NIOCore

/// The bytes of the handshake's messages. Those that go out carry their length; those that come in have lost it.
enum HandshakeMessage {
    /// `N`, send_name: capabilities, creation and name; or only our host part, when the peer is to name us.
    static func name(_ localName: LocalName) -> ByteBuffer {
        switch localName {
        case .assignedByPeer(let host): name(host, creation: 0, flags: [.ours, .nameMe])
        case .fixed(let name, let creation): self.name(name.description, creation: creation, flags: .ours)
        }
    }

    private static func name(_ name: String, creation: UInt32, flags: DistributionFlags) -> ByteBuffer {
        framed { body in
            body.writeInteger(UInt8(ascii: "N"))
            body.writeMultipleIntegers(flags.rawValue, creation, UInt16(truncatingIfNeeded: name.utf8.count))
            body.writeString(name)
        }
    }

    /// `r`, send_challenge_reply: our own challenge, and the proof for the peer's.
    static func reply(challenge: UInt32, proof: [UInt8]) -> ByteBuffer {
        framed { body in
            body.writeMultipleIntegers(UInt8(ascii: "r"), challenge)
            body.writeBytes(proof)
        }
    }

    private static func framed(_ write: (inout ByteBuffer) -> Void) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt16(0))
        write(&buffer)
        buffer.setInteger(UInt16(truncatingIfNeeded: buffer.readableBytes - 2), at: 0)
        return buffer
    }

    /// `a`, send_challenge_ack: 16 bytes of MD5; `nil` for anything else.
    static func proof(_ message: ByteBuffer) -> [UInt8]? {
        var message = message
        guard message.readInteger(as: UInt8.self) == UInt8(ascii: "a"), message.readableBytes == 16 else { return nil }
        return message.readBytes(length: 16)
    }

    /// `s`, recv_status.
    enum Status: Hashable {
        case ok
        case named(Atom, creation: UInt32)
        case refused(String)

        init?(_ message: ByteBuffer) {
            var message = message
            guard message.readInteger(as: UInt8.self) == UInt8(ascii: "s") else { return nil }
            if message.readableBytesView.starts(with: Array("named:".utf8)) {
                message.moveReaderIndex(forwardBy: 6)
                guard let name = message.readName(), let node = Atom(name),
                    let creation = message.readInteger(as: UInt32.self), PeerName(name) != nil
                else { return nil }
                self = .named(node, creation: creation)
                return
            }
            let word = String(buffer: message)
            switch word {
            case "ok", "ok_simultaneous": self = .ok
            case "nok", "not_allowed", "alive": self = .refused(word)
            default: return nil
            }
        }
    }

    /// `N`, send_challenge, as it comes from the peer.
    struct Challenge: Hashable {
        var flags: DistributionFlags
        var challenge: UInt32
        var name: String

        init?(_ message: ByteBuffer) {
            var message = message
            guard message.readInteger(as: UInt8.self) == UInt8(ascii: "N"),
                let (flags, challenge, _) = message.readMultipleIntegers(as: (UInt64, UInt32, UInt32).self),
                let name = message.readName()
            else { return nil }
            self.flags = DistributionFlags(rawValue: flags)
            self.challenge = challenge
            self.name = name
        }
    }
}

extension ByteBuffer {
    /// A name with its length of two bytes before it.
    fileprivate mutating func readName() -> String? {
        guard let slice = readLengthPrefixedSlice(as: UInt16.self),
            let text = String(validating: slice.readableBytesView, as: UTF8.self)
        else { return nil }
        return text
    }
}
