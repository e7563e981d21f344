import ExternalTermFormat
import NIOCore

@testable import ErlangDistribution

/// Small tools with which tests write down bytes.
extension ByteBuffer {
    /// The bytes, all of them.
    var bytes: [UInt8] { Array(readableBytesView) }

    /// A message of the handshake, without its length.
    static func message(_ head: String, _ rest: [UInt8] = []) -> ByteBuffer {
        ByteBuffer(bytes: Array(head.utf8) + rest)
    }

    /// A challenge as a peer sends it, without its length.
    static func challenge(_ number: UInt32, flags: DistributionFlags, name: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt8(ascii: "N"))
        buffer.writeMultipleIntegers(flags.rawValue, number, UInt32(99), UInt16(name.utf8.count))
        buffer.writeString(name)
        return buffer
    }

    /// The status by which a peer names us, without its length.
    static func named(_ name: String, creation: UInt32) -> ByteBuffer {
        var buffer = ByteBuffer(string: "snamed:")
        buffer.writeInteger(UInt16(name.utf8.count))
        buffer.writeString(name)
        buffer.writeInteger(creation)
        return buffer
    }

    /// A message after the handshake, without its length: 112 and terms.
    static func passThrough(_ terms: Term...) throws -> ByteBuffer {
        var buffer = ByteBuffer(integer: UInt8(112))
        for term in terms { try buffer.writeTerm(term) }
        return buffer
    }

    /// With the length before it that frames have after the handshake.
    var framed: ByteBuffer {
        var buffer = ByteBuffer(integer: UInt32(readableBytes))
        buffer.writeImmutableBuffer(self)
        return buffer
    }

    /// With the length before it that frames have during the handshake.
    var framedShort: ByteBuffer {
        var buffer = ByteBuffer(integer: UInt16(readableBytes))
        buffer.writeImmutableBuffer(self)
        return buffer
    }
}

/// What a test cannot go on without.
struct Missing: Error {}

func cookie(_ text: String = "crumbs") throws -> Cookie {
    guard let cookie = Cookie(text) else { throw Missing() }
    return cookie
}

func peerName(_ text: String) throws -> PeerName {
    guard let name = PeerName(text) else { throw Missing() }
    return name
}
