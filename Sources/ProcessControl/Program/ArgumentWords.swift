package import NIOCore

/// The words of a command line, one after another.
package struct ArgumentWords {
    private var words: [String]
    private var position = 0

    /// The words after the program's name.
    package init(_ words: some Sequence<String>) {
        self.words = Array(words)
    }

    /// The next word; nil after the last.
    package mutating func next() -> String? {
        guard position < words.count else { return nil }
        position += 1
        return words[position - 1]
    }

    /// The word after an option.
    package mutating func value(of option: String) throws(ArgumentProblem) -> String {
        guard let value = next() else { throw ArgumentProblem("\(option) needs a value") }
        return value
    }

    /// `ADDR:PORT`, IPv6 addresses in brackets.
    package mutating func address(of option: String) throws(ArgumentProblem) -> SocketAddress {
        let text = try value(of: option)
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw ArgumentProblem("not ADDR:PORT: \(text)")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        do {
            return try SocketAddress(ipAddress: String(host), port: Int(port))
        } catch {
            throw ArgumentProblem("not an IP address: \(host)")
        }
    }
}

/// Arguments that are none.
package struct ArgumentProblem: Error, CustomStringConvertible {
    /// What is wrong with them.
    package let description: String

    /// A problem.
    package init(_ description: String) {
        self.description = description
    }
}
