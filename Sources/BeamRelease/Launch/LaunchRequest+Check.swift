extension LaunchRequest {
    /// Throws ``ReleaseError`` `.badLaunch` for what no node could be started with.
    func check() throws(ReleaseError) {
        for (what, path) in [("root", root), ("directory", directory)] where !path.hasPrefix("/") {
            throw ReleaseError(.badLaunch, at: path, "the \(what) of a replica is no absolute path")
        }
        for (what, text) in [("address", address), ("name server", nameServer.address)] where Self.octets(text) == nil {
            throw ReleaseError(.badLaunch, at: text, "the \(what) is no IPv4 address")
        }
        guard node.split(separator: "@").count == 2, Self.isPlain(node, besides: "@.") else {
            throw ReleaseError(.badLaunch, at: node, "is no node name")
        }
        guard !cookie.isEmpty, cookie.utf8.count <= 255, Self.isPlain(cookie) else {
            throw ReleaseError(
                .badLaunch, at: replica, "the cookie is empty, too long, or has other characters than a-z A-Z 0-9 - _")
        }
        for domain in searchDomains + [peers] where !Self.isPlain(domain, besides: ".") {
            throw ReleaseError(.badLaunch, at: domain, "is no DNS name")
        }
        let bytes = environment.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard bytes <= Self.longestEnvironment else {
            throw ReleaseError(
                .badLaunch, at: "",
                "the variables have more than \(Self.longestEnvironment >> 10) KiB together, which no program takes")
        }
        for (name, value) in environment {
            guard Self.isVariable(name) else { throw ReleaseError(.badLaunch, at: name, "is no name of a variable") }
            guard !value.utf8.contains(0) else { throw ReleaseError(.badLaunch, at: name, "has a zero byte in its value") }
        }
    }

    /// Bytes of all variables: Linux gives a program's arguments and environment a quarter of its stack, 2 MiB (execve(2)), and
    /// secrets are in it twice.
    static let longestEnvironment = 768 << 10

    /// The four numbers of an IPv4 address; nil when it is none.
    static func octets(_ address: String) -> [UInt8]? {
        let parts = address.split(separator: ".", omittingEmptySubsequences: false)
        let octets = parts.compactMap { UInt8($0) }
        return parts.count == 4 && octets.count == 4 ? octets : nil
    }

    /// The address as an Erlang tuple.
    static func tuple(_ address: String) -> String {
        "{" + (octets(address) ?? []).map { "\($0)" }.joined(separator: ",") + "}"
    }

    private static func isPlain(_ text: String, besides others: String = "") -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") || others.utf8.contains($0) }
    }

    /// What a shell and POSIX take as the name of a variable (POSIX.1, Base Definitions, 8.1).
    static func isVariable(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return name.utf8.allSatisfy(isWord)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
