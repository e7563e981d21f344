/// `sys.config`: Erlang terms.
extension ConfigRenderer {
    /// A `sys.config` with its values: one list and a full stop, or it is refused.
    ///
    /// Values go into strings, binaries and quoted atoms as text. A bare placeholder takes terms with commas between them, or
    /// none; where it touches a longer word (`web_${N}`) only characters of words. Values beyond ASCII become escapes, so that
    /// they are right whatever encoding the file declares.
    ///
    /// - Parameter file: what problems call it.
    /// - Throws: ``RenderError`` with every variable that is missing or does not fit; or, if there is none, with what keeps the
    ///   result from being a `sys.config`.
    public func systemConfig(_ text: String, file: String) throws(RenderError) -> String {
        let bytes = Array(text.utf8)
        let isLatin1 = Consult.declaresLatin1(bytes)
        var rendering = Rendering(bytes, file: file)
        fill(&rendering, SystemConfigScan.slots(in: bytes)) { slot, value, result in
            Self.append(value, for: slot, isLatin1: isLatin1, to: &result)
        } isWhole: { slot, text in
            Self.isWhole(text, in: slot)
        }
        rendering.checkSystemConfig()
        if !rendering.problems.isEmpty { throw RenderError(problems: rendering.problems) }
        return String(decoding: rendering.result, as: UTF8.self)
    }

    private static func append(_ value: String, for slot: Slot, isLatin1: Bool, to result: inout [UInt8]) -> String? {
        let quotes: Slot.Quotes? = if case .quotes(let quotes) = slot.setting { quotes } else { nil }
        if let quotes, quotes.hasEscapes { return ErlangText.append(value, in: quotes, to: &result) }
        if isLatin1, !value.utf8.allSatisfy({ $0 < 0x80 }) {
            return "its value is not ASCII, which cannot stand here in a file that declares Latin-1"
        }
        if let quotes { return ErlangText.append(value, in: quotes, to: &result) }
        let bytes = Array(value.utf8)
        result += bytes
        if case .token = slot.setting {
            return bytes.allSatisfy { $0.isTokenPart || $0 == UInt8(ascii: ".") }
                ? nil : "its value may have only A-Z, a-z, 0-9, _, @ and . here, in a word: put the whole word between quotes"
        }
        return isSequence(bytes)
            ? nil : "its value is no Erlang term: put it between quotes if it is text: \"${\(slot.name)}\""
    }

    /// Whether these are terms with commas between them, or none.
    private static func isSequence(_ value: [UInt8]) -> Bool {
        if QuickTerms.isSequence(value) { return true }
        // As the elements of a tuple. Without the new line a comment at the end would go on into the file; with it, a value that
        // ends the tuple itself and makes a comment of its end is seen.
        return ["}.", "\n}."].allSatisfy { end in
            guard let terms = try? Consult.terms(in: Array("{".utf8) + value + Array(end.utf8)), terms.count == 1,
                case .tuple = terms[0]
            else { return false }
            return true
        }
    }

    /// Whether a default leaves the quotes around it, or the lack of quotes, as it finds them.
    private static func isWhole(_ text: [UInt8], in slot: Slot) -> Bool {
        guard case .quotes(let quotes) = slot.setting else {
            var scan = SystemConfigScan(text)
            scan.run()
            return !scan.endsOpen
        }
        var scan = SystemConfigScan(text)
        if quotes.isBlock { return !(quotes.beginsLine && text.contains(quotes.close)) }
        scan.quoted(quotes)
        return scan.endsOpen && scan.index == text.count
    }
}
