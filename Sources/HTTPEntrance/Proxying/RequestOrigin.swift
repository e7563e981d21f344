internal import HTTPMessage
internal import NIOCore

/// Who asks, and what the request is called: its replica is told the same as stands in the access log and in the entrance's own answers.
struct RequestOrigin {
    /// The client's address.
    var client: String
    /// What the request is called.
    var requestID: String

    /// The origin of a request that came from `peer`, as `makeID` would call it. Only of a proxy that is trusted is it believed what it
    /// says of both.
    init(_ head: RequestHead, from peer: String, isTrusted: Bool, _ trusted: TrustedProxies, makeID: () -> String) {
        guard isTrusted else {
            (client, requestID) = (peer, makeID())
            return
        }
        client = Self.client(head.values(of: "x-forwarded-for"), behind: peer, trusted)
        requestID = head.values(of: "x-request-id").first(where: Self.isName) ?? makeID()
    }

    /// The address that the nearest trusted proxy was called from: of those that the fields list, the last that is no proxy itself. What
    /// stands before one that is no address is anybody's claim.
    static func client(_ fields: [String], behind peer: String, _ trusted: TrustedProxies) -> String {
        var nearest = peer
        for word in fields.flatMap({ $0.split(separator: ",") }).reversed() {
            guard let address = address(word) else { return nearest }
            guard trusted.contains(address) else { return address.ipAddress ?? nearest }
            nearest = address.ipAddress ?? nearest
        }
        return nearest
    }

    /// An address as proxies write them: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
    private static func address(_ word: Substring) -> SocketAddress? {
        var text = word.trimmedSpaces
        if text.first == "[" {
            text = text.dropFirst().prefix { $0 != "]" }
        } else if text.count(where: { $0 == ":" }) == 1 {
            text = text.prefix { $0 != ":" }
        }
        return try? SocketAddress(ipAddress: String(text), port: 0)
    }

    /// What a plug for request ids accepts, too; octets that a log can show.
    private static func isName(_ text: String) -> Bool {
        (20...200).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) && !"\"\\".utf8.contains($0) }
    }
}

extension Substring {
    /// Without the space around it (RFC 9110, 5.6.3).
    var trimmedSpaces: Substring {
        let kept = drop { $0 == " " || $0 == "\t" }
        guard let last = kept.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return kept }
        return kept[...last]
    }
}
