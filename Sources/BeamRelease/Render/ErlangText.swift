/// Writes a value between the quotes of a `sys.config`, so that Erlang reads it as it is.
enum ErlangText {
    /// Appends it, or says why it cannot stand there.
    static func append(_ value: String, in quotes: Slot.Quotes, to bytes: inout [UInt8]) -> String? {
        if !quotes.hasEscapes { return appendPlain(value, in: quotes, to: &bytes) }
        if quotes.content == .binary {
            for byte in value.utf8 { appendEscaped(UInt32(byte), close: quotes.close, to: &bytes) }
            return nil
        }
        if quotes.content == .atom, value.unicodeScalars.count > 255 {
            return "its value has more than the 255 characters of an atom: a string \"…\" or a binary <<\"…\">> may have more"
        }
        if quotes.isBlock, value.unicodeScalars.last == "\r" {
            // OTP 27 takes it for a part of the line's end, even as an escape
            return "its value ends with a carriage return, which is lost where a line of this kind of string ends"
        }
        for scalar in value.unicodeScalars {
            if scalar.value == 0xFFFE || scalar.value == 0xFFFF {
                return "its value holds U+FFFE or U+FFFF, which Erlang refuses here: in <<\"…\">> they may stand"
            }
            appendEscaped(scalar.value, close: quotes.close, to: &bytes)
        }
        return nil
    }

    /// Escapes are made of ASCII, so that the encoding of the file does not matter.
    static func appendEscaped(_ code: UInt32, close: UInt8, to bytes: inout [UInt8]) {
        let backslash = UInt8(ascii: "\\")
        switch code {
        case 0x0A: bytes += [backslash, UInt8(ascii: "n")]
        case 0x0D: bytes += [backslash, UInt8(ascii: "r")]
        case 0x09: bytes += [backslash, UInt8(ascii: "t")]
        case UInt32(close), UInt32(backslash), 0x22: bytes += [backslash, UInt8(truncatingIfNeeded: code)]
        case 0x20...0x7E: bytes.append(UInt8(truncatingIfNeeded: code))
        default: bytes += Array("\\x{\(String(code, radix: 16))}".utf8)
        }
    }

    /// Where there are no escapes, a value must not end what it stands in, nor break its lines.
    private static func appendPlain(_ value: String, in quotes: Slot.Quotes, to bytes: inout [UInt8]) -> String? {
        let other = "use a kind of string that knows escapes, such as \"…\""
        for scalar in value.unicodeScalars {
            switch scalar.value {
            case ..<0x20, 0x7F...0x9F, 0xFFFE, 0xFFFF:
                return "its value holds a control character, which this kind of string cannot: \(other)"
            case UInt32(quotes.close) where !quotes.isBlock || quotes.beginsLine:
                return "its value holds the mark that ends this kind of string: \(other)"
            default: break
            }
        }
        if quotes.beginsLine, value.unicodeScalars.first == " " {
            return "its value begins with a space, which is lost where a line of this kind of string begins: \(other)"
        }
        bytes += Array(value.utf8)
        return nil
    }
}
