/// A part of a text in which `${secret:NAME}`, `${env:NAME}` and `${env:NAME:-default}` stand for something else. `$${secret:` and
/// `$${env:` mean the same without the first `$` and refer to nothing. Every other `$` is plain text.
public enum ReferencePiece: Hashable, Sendable {
    /// Text that means itself; escapes are undone.
    case text(String)
    /// `${secret:NAME}`.
    case secret(String)
    /// `${env:NAME}`, with what holds when the variable is unset or empty, if that is given.
    case variable(String, fallback: String?)
    /// What begins like a reference and is none: what it begins with, such as `${secret:`. The rest comes as text.
    case malformed(String)

    /// The most bytes that the name of a variable or of a secret has.
    public static let longestName = 256

    /// The parts of a text, in one pass over its bytes. No two texts stand side by side.
    public static func pieces(of text: String) -> [ReferencePiece] {
        guard text.utf8.contains(dollar) else { return text.isEmpty ? [] : [.text(text)] }
        var scanner = ReferenceScanner(bytes: Array(text.utf8))
        return scanner.pieces()
    }

    static let dollar = UInt8(ascii: "$")
}

/// Goes through the bytes of a text once: what ends a reference is never looked for behind the beginning of the next.
private struct ReferenceScanner {
    let bytes: [UInt8]
    private var place = 0
    private var plain: [UInt8] = []
    private var found: [ReferencePiece] = []

    private static let secret = Array("${secret:".utf8)
    private static let variable = Array("${env:".utf8)

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func pieces() -> [ReferencePiece] {
        while place < bytes.count {
            if bytes[place] != ReferencePiece.dollar {
                take(1)
            } else if let opening = opening(at: place + 1) {
                place += 1
                take(opening.count)
            } else if let opening = opening(at: place) {
                refer(opening)
            } else {
                take(1)
            }
        }
        flush()
        return found
    }

    private mutating func take(_ count: Int) {
        plain += bytes[place..<place + count]
        place += count
    }

    private mutating func flush() {
        guard !plain.isEmpty else { return }
        found.append(.text(String(decoding: plain, as: UTF8.self)))
        plain = []
    }

    private func opening(at start: Int) -> [UInt8]? {
        [Self.secret, Self.variable].first { bytes.dropFirst(start).starts(with: $0) }
    }

    private mutating func refer(_ opening: [UInt8]) {
        flush()
        let start = place + opening.count
        let name = bytes[start...].prefix(ReferencePiece.longestName + 1).prefix { isWord($0) }
        var reference: ReferencePiece?
        if let first = name.first, !isDigit(first), name.count <= ReferencePiece.longestName {
            let text = String(decoding: name, as: UTF8.self)
            if bytes.dropFirst(name.endIndex).first == UInt8(ascii: "}") {
                reference = opening == Self.secret ? .secret(text) : .variable(text, fallback: nil)
                place = name.endIndex + 1
            } else if opening == Self.variable, let end = endOfFallback(after: name.endIndex) {
                let fallback = String(decoding: bytes[(name.endIndex + 2)..<end], as: UTF8.self)
                reference = .variable(text, fallback: fallback)
                place = end + 1
            }
        }
        if reference == nil { place = start }
        found.append(reference ?? .malformed(String(decoding: opening, as: UTF8.self)))
    }

    /// Where the `}` stands that ends `:-default`; nil when there is none before the next `${`.
    private func endOfFallback(after start: Int) -> Int? {
        guard bytes[start...].starts(with: ":-".utf8) else { return nil }
        var place = start + 2
        while place < bytes.count, bytes[place] != UInt8(ascii: "}") {
            if bytes[place...].starts(with: "${".utf8) { return nil }
            place += 1
        }
        return place < bytes.count ? place : nil
    }

    private func isWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
