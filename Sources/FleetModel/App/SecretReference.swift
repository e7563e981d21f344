/// References to secrets in the values of variables: `${secret:NAME}`, which the platform replaces when it starts a replica.
/// `$${secret:` and `$${env:` stand for `${secret:` and `${env:` themselves; all else is plain text. A value that was put in is
/// never looked at again.
public enum SecretReference {
    /// The names of the secrets that a text refers to, each once, in the order of the text.
    public static func names(in text: String) -> [String] {
        var seen: Set<String> = []
        return ReferencePiece.pieces(of: text).compactMap { piece in
            if case .secret(let name) = piece, seen.insert(name).inserted { name } else { nil }
        }
    }

    /// A text with its references replaced and its escapes undone.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - lookup: The value of a secret, nil when there is no such secret.
    ///
    /// Throws ``MissingSecret`` with the first name for which there is no value.
    public static func resolve(_ text: String, _ lookup: (String) -> String?) throws(MissingSecret) -> String {
        var resolved = ""
        for piece in ReferencePiece.pieces(of: text) {
            switch piece {
            case .text(let text), .malformed(let text): resolved += text
            case .variable(let name, let fallback): resolved += "${env:\(name)\(fallback.map { ":-\($0)" } ?? "")}"
            case .secret(let name):
                guard let value = lookup(name) else { throw MissingSecret(name: name) }
                resolved += value
            }
        }
        return resolved
    }

    /// A text that ``resolve(_:_:)`` turns into this one, whatever it holds.
    public static func escape(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var escaped: [UInt8] = []
        for place in bytes.indices {
            if bytes[place] == ReferencePiece.dollar, opens(bytes[place...]) { escaped.append(ReferencePiece.dollar) }
            escaped.append(bytes[place])
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    private static func opens(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.starts(with: "${secret:".utf8) || bytes.starts(with: "${env:".utf8)
    }
}

/// A text refers to a secret that is not set.
public struct MissingSecret: Error, Hashable, Sendable, CustomStringConvertible {
    /// The secret's name.
    public var name: String

    /// Makes one.
    public init(name: String) {
        self.name = name
    }

    /// One line in lower case.
    public var description: String { "the secret \(name) is not set" }
}
