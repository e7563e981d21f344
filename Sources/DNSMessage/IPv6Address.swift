/// An IPv6 address: the RDATA of an AAAA record (RFC 3596, section 2.2).
public struct IPv6Address: Hashable, Sendable, CustomStringConvertible {
    /// The first eight octets, most significant first.
    public var high: UInt64
    /// The last eight octets, most significant first.
    public var low: UInt64

    /// An address from its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An address from eight groups of 16 bits; `nil` unless there are exactly eight.
    public init?(groups: [UInt16]) {
        guard groups.count == 8 else { return nil }
        high = groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }
        low = groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
    }

    /// Reads the text forms of RFC 4291, section 2.2 (`::` once, a dotted-decimal tail), without a zone; `nil` for others.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 45 else { return nil }
        let halves = Self.split(String(text))
        guard let head = halves.first, let headGroups = Self.groups(head, tail: halves.count == 1) else { return nil }
        guard halves.count > 1 else {
            self.init(groups: headGroups)
            return
        }
        guard halves.count == 2, let tailGroups = Self.groups(halves[1], tail: true) else { return nil }
        let missing = 8 - headGroups.count - tailGroups.count
        guard missing >= 1 else { return nil }
        self.init(groups: headGroups + Array(repeating: 0, count: missing) + tailGroups)
    }

    /// The eight groups of 16 bits, most significant first.
    public var groups: [UInt16] {
        [high, low].flatMap { half in [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> $0) } }
    }

    /// The sixteen octets in network order.
    public var octets: [UInt8] {
        groups.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    }

    /// The canonical text of RFC 5952: lower case, the longest run of zero groups as `::`.
    public var description: String {
        let groups = groups
        guard let zeros = Self.longestZeroRun(groups) else { return Self.text(groups[...]) }
        return Self.text(groups[..<zeros.lowerBound]) + "::" + Self.text(groups[zeros.upperBound...])
    }

    private static func text(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start >= 2, end - start > best?.count ?? 0 { best = start..<end }
            start = end + 1
        }
        return best
    }

    /// The text before and behind the first `::`, or all of it.
    private static func split(_ text: String) -> [Substring] {
        let octets = text.utf8
        var start = octets.startIndex
        while let colon = octets[start...].firstIndex(of: UInt8(ascii: ":")) {
            let next = octets.index(after: colon)
            if next < octets.endIndex, octets[next] == UInt8(ascii: ":") {
                return [text[..<colon], text[octets.index(after: next)...]]
            }
            start = next
        }
        return [text[...]]
    }

    /// The groups of colon-separated text; the last may be dotted decimal where `tail` says that the address ends here.
    private static func groups(_ text: Substring, tail: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if tail, index == parts.count - 1, let embedded = IPv4Address(part) {
                groups += [UInt16(truncatingIfNeeded: embedded.rawValue >> 16), UInt16(truncatingIfNeeded: embedded.rawValue)]
            } else {
                guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups.count <= 8 ? groups : nil
    }
}
