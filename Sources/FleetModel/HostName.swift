/// The name of a host in a URL, without a port (RFC 1123, section 2.1).
public enum HostName {
    /// Why a text is none, or nil when it is one: labels of letters, digits and `-`, at most 253 characters.
    public static func problem(with text: String) -> String? {
        if text.isEmpty { return "is empty" }
        if text.utf8.count > 253 { return "is longer than 253 characters" }
        if text.contains("://") || text.contains("/") { return "is a URL: give the host name alone" }
        if text.contains(":") { return "has a port: give the host name alone" }
        for label in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard (1...63).contains(label.utf8.count), label.first != "-", label.last != "-",
                label.utf8.allSatisfy({ isWord($0) || $0 == UInt8(ascii: "-") })
            else { return "is no host name" }
        }
        return nil
    }

    private static func isWord(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The name under which an app is always reached on its own machine: browsers and RFC 6761 send every name below `localhost` there.
    public static func local(_ key: AppKey) -> String {
        key.namespace == AppKey.defaultNamespace ? "\(key.app).localhost" : "\(key.app).\(key.namespace).localhost"
    }
}
