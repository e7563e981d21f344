/// What Kubernetes takes for names, labels and annotations (Kubernetes documentation, "Object Names and IDs", "Labels and Selectors").
public enum KubernetesName {
    /// Characters of the longest value of a label.
    public static let longestLabel = 63
    /// Bytes that the annotations of an object may have together.
    public static let longestAnnotations = 256 << 10

    /// Why a text names no object, or nil when it does: labels of lower-case letters, digits and `-`, with points between them.
    public static func problem(with text: String) -> String? {
        if text.isEmpty { return "is empty" }
        if text.utf8.count > 253 { return "is longer than 253 characters" }
        for label in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard let first = label.utf8.first, let last = label.utf8.last, isLowerOrDigit(first), isLowerOrDigit(last),
                label.utf8.allSatisfy({ isLowerOrDigit($0) || $0 == UInt8(ascii: "-") })
            else { return "is no name of an object: a-z, 0-9, - and . make one, with a letter or a digit at both ends" }
        }
        return nil
    }

    /// Why a text is no key of a label or of an annotation, or nil when it is one: `example.com/name` or `name`.
    public static func problem(withKey text: String) -> String? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, problem(with: String(parts[0])) != nil { return "has a prefix that is no DNS name" }
        let name = String(parts.last ?? "")
        if name.isEmpty { return "is empty" }
        if problem(withLabel: name) != nil {
            return "is no key: letters, digits, -, _ and . make one, at most 63, with a letter or a digit at both ends"
        }
        return nil
    }

    /// Why a text is no value of a label, or nil when it is one.
    public static func problem(withLabel text: String) -> String? {
        guard let first = text.utf8.first, let last = text.utf8.last else { return nil }
        let isFine =
            text.utf8.count <= longestLabel && isAlphanumeric(first) && isAlphanumeric(last)
            && text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
        return isFine
            ? nil
            : "is no value of a label: letters, digits, -, _ and . make one, at most 63, with a letter or a digit at both ends"
    }

    /// Why a text is no name of a port, or nil when it is one (RFC 6335, section 5.1).
    public static func problem(withPort text: String) -> String? {
        if let problem = DNSLabel.problem(with: text, longest: 15) { return problem }
        return text.contains("--") ? "has two - side by side, which Kubernetes does not take" : nil
    }

    /// A text as the value of a label: what may not stand there becomes `-`.
    public static func label(from text: String) -> String {
        let plain = text.utf8.prefix(longestLabel).map { byte in
            isAlphanumeric(byte) || "-_.".utf8.contains(byte) ? byte : UInt8(ascii: "-")
        }
        let trimmed = plain.drop { !isAlphanumeric($0) }.reversed().drop { !isAlphanumeric($0) }.reversed()
        return String(decoding: Array(trimmed), as: UTF8.self)
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
