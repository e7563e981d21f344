/// Whether a rendered `sys.config` is one.
extension Rendering {
    /// Looks at the result, when there is one, and writes down what is wrong with it.
    mutating func checkSystemConfig() {
        guard problems.isEmpty, !QuickTerms.isOneList(result) else { return }
        do throws(ConsultError) {
            let terms = try Consult.terms(in: result)
            if terms.count == 1, case .list(_, nil) = terms[0] { return }
            let what = terms.isEmpty ? "nothing" : terms.count == 1 ? "a term of another kind" : "\(terms.count) terms"
            refuse(resultOffset: firstToken, "a sys.config is one list and a full stop, and this is \(what)")
        } catch {
            let offset = byteOffset(of: error)
            // what Consult quotes begins at the place, and what it says of a binary may be anywhere in it
            let isSafe = insertion(in: offset..<max(tokenEnd(offset), offset + Self.longestQuote)) == nil
            let reason = if isSafe, !error.reason.isOfBinary { error.reason.description } else { error.reason.inGeneral }
            refuse(resultOffset: offset, isOfLiteral: error.reason.isOfLiteral, "rendered, this is no sys.config: \(reason)")
        }
    }

    /// Where the first token of the result begins.
    private var firstToken: Int {
        var scan = result[...]
        while let byte = scan.first {
            if byte == UInt8(ascii: "%") {
                scan = scan.drop { $0 != UInt8(ascii: "\n") }
            } else if byte <= 0x20 {
                scan = scan.dropFirst()
            } else {
                return scan.startIndex
            }
        }
        return 0
    }

    /// Consult counts characters: bytes, where a file declares Latin-1 or has too many of them.
    private func byteOffset(of error: ConsultError) -> Int {
        if error.reason == .tooLong || Consult.declaresLatin1(result) { return min(error.offset, result.count) }
        var left = error.offset
        return result.firstIndex { byte in
            if byte & 0xC0 == 0x80 { return false }
            left -= 1
            return left < 0
        } ?? result.count
    }

    /// Where the token that begins here ends, roughly: not too early.
    private func tokenEnd(_ start: Int) -> Int {
        guard start < result.count else { return start }
        let mark = result[start]
        var index = start + 1
        if mark == UInt8(ascii: "'") || mark == UInt8(ascii: "\"") {
            while index < result.count, result[index] != mark {
                index += result[index] == UInt8(ascii: "\\") ? 2 : 1
            }
        } else {
            while index < result.count, result[index].isTokenPart || result[index] >= 0x80 { index += 1 }
        }
        return min(index, result.count)
    }

    private func insertion(in range: Range<Int>) -> Insertion? {
        insertions.first { $0.bytes.upperBound > range.lowerBound && $0.bytes.lowerBound < range.upperBound }
    }

    /// The value that a place is in or that its token holds, or else the one that has only space between itself and the place.
    private func culprit(at offset: Int, isOfLiteral: Bool) -> Insertion? {
        // an escape or a segment begins before what is wrong in it
        let literal = isOfLiteral ? result[offset...].firstIndex { $0 <= 0x20 || $0 == UInt8(ascii: ",") } ?? result.count : 0
        if let inside = insertion(in: offset..<max(tokenEnd(offset), literal, offset + 1)) { return inside }
        guard let before = insertions.last(where: { $0.bytes.upperBound <= offset }) else { return nil }
        return result[before.bytes.upperBound..<offset].allSatisfy { $0 <= 0x20 } ? before : nil
    }

    private mutating func refuse(resultOffset offset: Int, isOfLiteral: Bool = false, _ reason: String) {
        if let insertion = culprit(at: offset, isOfLiteral: isOfLiteral) {
            refuse(insertion.slot, reason)
        } else {
            refuse(at: originalOffset(of: offset), reason)
        }
    }

    /// How many bytes a literal may have that an error of Consult quotes: 40 characters.
    private static let longestQuote = 160
}

extension ConsultError.Reason {
    fileprivate var isOfBinary: Bool { if case .badBinary = self { true } else { false } }

    fileprivate var isOfLiteral: Bool { if case .badLiteral = self { true } else { isOfBinary } }

    /// The reason without anything that the text holds.
    fileprivate var inGeneral: String {
        switch self {
        case .badEncoding, .unterminated, .tooDeep, .tooLong, .unexpectedEnd: description
        case .unexpectedCharacter: "a character that begins nothing"
        case .unexpectedToken: "something that cannot stand here"
        case .variable: "a variable, which a file of terms cannot have"
        case .badLiteral: "a literal that is not valid"
        case .badBinary: "a binary that cannot be"
        }
    }
}
