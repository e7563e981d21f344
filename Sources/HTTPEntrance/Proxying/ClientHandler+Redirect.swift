internal import HTTPMessage
internal import NIOCore

extension ClientHandler {
    /// Sends on a request that came in clear for a route that wants HTTPS, where there is a certificate for its host. False when it is to be
    /// served.
    func redirect(_ exchange: Exchange) -> Bool {
        let head = exchange.head
        guard exchange.entry.route.forcesHTTPS, let port = securePort, !isSecure(head),
            !SecurePlace.isChallenge(head.text(head.path)), loop.certificates.index(of: head.host) != nil
        else { return false }
        let place = SecurePlace.url(host: head.host, port: port, target: head.text(head.target))
        let isRead = head.method == .get || head.method == .head
        // 301 lets a client change any other method to GET; 308 does not, but old clients do not know it (RFC 9110, 15.4).
        answerItself(
            Answer(status: isRead ? 301 : 308, title: "\(exchange.entry.route.app) is served over HTTPS.", location: place),
            exchange)
        return true
    }

    /// Where HTTPS is taken at the address that this client came to; else where it is taken at all.
    private var securePort: Int? {
        let here = [context?.channel.localAddress?.ipAddress, "0.0.0.0", "::"]
        let places = loop.httpsAddresses
        return (places.first { here.contains($0.ipAddress) } ?? places.first)?.port
    }

    /// Whether nobody could listen on the way here, as far as that can be known.
    private func isSecure(_ head: RequestHead) -> Bool {
        guard !isTLS else { return true }
        guard isTrusted, let scheme = head.value(of: "x-forwarded-proto") else { return false }
        return scheme.split(separator: ",").first?.trimmedSpaces.lowercased() == "https"
    }
}

/// The places over HTTPS that stand for places in clear.
enum SecurePlace {
    /// A URL of a host, which is one that was judged when the request was read, and of a path with its query.
    static func url(host: String, port: Int, target: String) -> String {
        "https://" + host + (port == 443 ? "" : ":\(port)") + (target.utf8.first == UInt8(ascii: "/") ? target : "/")
    }

    private static let challenges = "/.well-known/acme-challenge/"

    /// Whether a path is where a certificate authority looks before there is a certificate: always in clear (RFC 8555, 8.3). A token
    /// is base64url, so nothing else is reached by way of that.
    static func isChallenge(_ path: String) -> Bool {
        guard path.utf8.starts(with: challenges.utf8) else { return false }
        let token = path.utf8.dropFirst(challenges.utf8.count)
        return !token.isEmpty
            && token.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}
