import ExternalTermFormat

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

/// Terms of every kind that can be made without a peer.
struct TermGenerator {
    var random: SeededGenerator

    mutating func term(depth: Int = 4) -> Term {
        switch Int.random(in: 0..<(depth > 0 ? 15 : 10), using: &random) {
        case 0: .integer(.random(in: -300...300, using: &random))
        case 1: .integer(Int64(truncatingIfNeeded: random.next() >> UInt64.random(in: 0..<64, using: &random)))
        case 2: .integer(isNegative: .random(using: &random), magnitude: bytes(0...300))
        case 3: float()
        case 4: .atom(atom())
        case 5: .binary(bytes(0...40))
        case 6: BitString(bytes: bytes(1...9), bitsInLastByte: .random(in: 1...7, using: &random)).map(Term.bitstring) ?? []
        case 7: identifier()
        case 8: .charlist(String(decoding: bytes(0...30).map { $0 & 0x7f }, as: UTF8.self))
        case 9: .export(Export(module: atom(), function: atom(), arity: .random(in: 0...255, using: &random)))
        case 10, 11: .tuple(terms(depth))
        case 12: .list(terms(depth))
        case 13: improper(depth)
        default: .map(Dictionary(terms(depth).map { ($0, term(depth: depth - 1)) }) { first, _ in first })
        }
    }

    private mutating func terms(_ depth: Int) -> [Term] {
        (0..<Int.random(in: 0...6, using: &random)).map { _ in term(depth: depth - 1) }
    }

    private mutating func improper(_ depth: Int) -> Term {
        let items = terms(depth) + [term(depth: 0)]
        return .improperList(items, tail: .atom(atom()))
    }

    private mutating func float() -> Term {
        let value = Double(bitPattern: random.next())
        // OTP 25 does not keep the sign of zero as a key, so that is left to the vectors
        return .float(value.isFinite && value != 0 ? value : 0.25)
    }

    private mutating func bytes(_ count: ClosedRange<Int>) -> [UInt8] {
        (0..<Int.random(in: count, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private mutating func atom() -> Atom {
        let letters = Array("abcXYZ_09@ é€𝕏'\\\n")
        return Atom(
            String((0..<Int.random(in: 0...12, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })) ?? "a"
    }

    private mutating func identifier() -> Term {
        let (node, creation): (Atom, UInt32) = ("somebody@elsewhere", .random(in: 1...UInt32.max, using: &random))
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return .pid(Pid(node: node, id: .random(in: 0...0x7fff, using: &random), serial: 5, creation: creation))
        case 1: return .port(Port(node: node, id: random.next() >> UInt64.random(in: 0...60, using: &random), creation: creation))
        default:
            let words = [UInt32.random(in: 0..<0x3_ffff, using: &random), 1, UInt32.random(in: 0...(.max), using: &random)]
            return Reference(node: node, creation: creation, words: words).map(Term.reference) ?? []
        }
    }
}
