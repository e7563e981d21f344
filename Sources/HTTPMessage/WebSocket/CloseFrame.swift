public import NIOCore

/// The frame that ends a WebSocket (RFC 6455, 5.5.1).
public enum CloseFrame {
    /// The endpoint goes away (RFC 6455, 7.4.1).
    public static let goingAway: UInt16 = 1001

    /// As a server sends it. The reason has at most 123 octets; a longer one is cut between two characters.
    public static func fromServer(_ code: UInt16, reason: String) -> ByteBuffer {
        let payload = payload(code, reason)
        return ByteBuffer(bytes: [0x88, UInt8(payload.count)] + payload)
    }

    /// As a client sends it: masked.
    public static func fromClient(_ code: UInt16, reason: String, mask: UInt32) -> ByteBuffer {
        let key = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: mask >> $0) }
        let payload = payload(code, reason).enumerated().map { $1 ^ key[$0 % 4] }
        return ByteBuffer(bytes: [0x88, 0x80 | UInt8(payload.count)] + key + payload)
    }

    private static func payload(_ code: UInt16, _ reason: String) -> [UInt8] {
        var octets = [UInt8(code >> 8), UInt8(truncatingIfNeeded: code)]
        // Half a character would not be UTF-8, for which the peer fails the connection (RFC 6455, 8.1).
        for scalar in reason.unicodeScalars {
            guard octets.count + UTF8.width(scalar) <= 125 else { break }
            octets += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        }
        return octets
    }
}
