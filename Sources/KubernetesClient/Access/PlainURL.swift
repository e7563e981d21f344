/// The parts of a URL that an address of a server or of a proxy has (RFC 3986): scheme, user, host, port and path, nothing behind.
struct PlainURL: Equatable {
    var scheme: String
    var user: String?
    var host: String
    var port: Int?
    var path: String

    init?(_ text: String) {
        guard let colon = text.firstRange(of: "://"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        scheme = text[..<colon.lowerBound].lowercased()
        let rest = text[colon.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        path = String(rest.dropFirst(authority.count))
        guard !path.contains(where: { "?#".contains($0) }), !path.split(separator: "/").contains("..") else { return nil }
        var place = authority
        user = nil
        if let at = authority.lastIndex(of: "@") {
            user = String(authority[..<at])
            place = authority[authority.index(after: at)...]
        }
        guard let (host, port) = Self.hostAndPort(place) else { return nil }
        (self.host, self.port) = (host, port)
    }

    private static func hostAndPort(_ place: Substring) -> (String, Int?)? {
        var (host, rest): (Substring, Substring)
        if place.first == "[" {
            guard let end = place.firstIndex(of: "]") else { return nil }
            host = place[place.index(after: place.startIndex)..<end]
            rest = place[place.index(after: end)...]
            guard host.allSatisfy({ $0.isHexDigit || ":.%".contains($0) }), host.contains(":") else { return nil }
        } else {
            host = place.prefix { $0 != ":" }
            rest = place.dropFirst(host.count)
            guard host.allSatisfy({ $0.isLetter || $0.isNumber || "-._".contains($0) }) else { return nil }
        }
        guard !host.isEmpty, host.utf8.count <= 253 else { return nil }
        if rest.isEmpty || rest == ":" { return (String(host), nil) }
        guard rest.first == ":", let port = Int(rest.dropFirst()), (1...65_535).contains(port) else { return nil }
        return (String(host), port)
    }
}
