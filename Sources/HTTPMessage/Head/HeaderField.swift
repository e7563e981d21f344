/// One field of a head; the octets are in the head.
public struct HeaderField: Hashable, Sendable {
    /// What a field is to a proxy.
    public enum Role: Hashable, Sendable {
        /// It is passed on as it is.
        case endToEnd
        /// It is between two neighbours (RFC 9110, 7.6.1), or nominated by `Connection`: not passed on.
        case hopByHop
        /// It says where the body ends.
        case framing
        /// `Host`.
        case host
        /// `Expect`.
        case expectation
        /// It tells where a request came from (`X-Forwarded-*`, `Forwarded`, `X-Real-IP`): a client is not believed.
        case forwarding
        /// `X-Request-Id`.
        case requestID
    }

    /// The name.
    public var name: OctetRange
    /// The value, without the space around it.
    public var value: OctetRange
    /// The whole line, its CRLF included.
    public var line: OctetRange
    /// What it is to a proxy.
    public var role: Role
}

/// The fields that a parser looks into.
enum KnownField {
    case host, contentLength, transferEncoding, connection, upgrade, expect, webSocketKey, webSocketVersion
    case hopByHop, forwarding, requestID, other

    init(_ bytes: OctetPointer, _ name: OctetRange) {
        self = Self.find(bytes, name)
    }

    private static func find(_ bytes: OctetPointer, _ name: OctetRange) -> KnownField {
        switch name.count {
        case 2 where bytes.spells(name, "te"): .hopByHop
        case 4 where bytes.spells(name, "host"): .host
        case 6 where bytes.spells(name, "expect"): .expect
        case 7 where bytes.spells(name, "upgrade"): .upgrade
        case 7 where bytes.spells(name, "trailer"): .hopByHop
        case 9 where bytes.spells(name, "forwarded") || bytes.spells(name, "x-real-ip"): .forwarding
        case 10 where bytes.spells(name, "connection"): .connection
        case 10 where bytes.spells(name, "keep-alive"): .hopByHop
        case 12 where bytes.spells(name, "x-request-id"): .requestID
        case 14 where bytes.spells(name, "content-length"): .contentLength
        case 14 where bytes.spells(name, "http2-settings"): .hopByHop
        case 16 where bytes.spells(name, "proxy-connection"): .hopByHop
        case 17 where bytes.spells(name, "transfer-encoding"): .transferEncoding
        case 17 where bytes.spells(name, "sec-websocket-key"): .webSocketKey
        case 18 where bytes.spells(name, "proxy-authenticate"): .hopByHop
        case 19 where bytes.spells(name, "proxy-authorization"): .hopByHop
        case 21 where bytes.spells(name, "sec-websocket-version"): .webSocketVersion
        case 12... where bytes.begins(name, with: "x-forwarded-"): .forwarding
        default: .other
        }
    }

    var role: HeaderField.Role {
        switch self {
        case .host: .host
        case .contentLength, .transferEncoding: .framing
        case .connection, .upgrade, .hopByHop: .hopByHop
        case .expect: .expectation
        case .forwarding: .forwarding
        case .requestID: .requestID
        case .webSocketKey, .webSocketVersion, .other: .endToEnd
        }
    }
}
