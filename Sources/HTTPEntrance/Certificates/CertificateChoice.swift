/// Which of several certificates a client is shown, by the name that it asks for (RFC 6066, 3; RFC 9525, 6.3).
package struct CertificateChoice: Sendable {
    private var exact: [String: Int] = [:]
    /// What follows the star, its dot included.
    private var wildcards: [String: Int] = [:]

    /// The names of each certificate. Of two with the same name the earlier is chosen.
    package init(_ names: [[String]]) {
        for (index, names) in names.enumerated() {
            for name in names {
                let isWildcard = name.hasPrefix("*.")
                let key = isWildcard ? String(name.dropFirst()) : name
                // A star anywhere but in the place of the first label stands for nothing.
                guard !key.utf8.contains(UInt8(ascii: "*")) else { continue }
                if isWildcard { wildcards[key] = wildcards[key] ?? index } else { exact[key] = exact[key] ?? index }
            }
        }
    }

    /// The certificate for a name: that with the name itself, else that with a star for its first label; nil when none is for it.
    package func index(of name: String) -> Int? {
        guard let name = HostNames.host(name.utf8), !name.utf8.contains(UInt8(ascii: "*")) else { return nil }
        if let index = exact[name] { return index }
        guard !Self.isAddress(name), let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
        return wildcards[String(name[dot...])]
    }

    /// The last label of an address of four numbers is a number, and that of a name never is.
    private static func isAddress(_ name: String) -> Bool {
        name.split(separator: ".").last?.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) ?? false
    }
}
