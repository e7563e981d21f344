/// Reads a JSON document (RFC 8259): one pass, a bounded depth, nothing copied but strings.
public struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    /// Arrays and objects within each other; a zone has five, an object of Kubernetes a dozen.
    private static let maximumDepth = 64

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The value of a document.
    ///
    /// - Throws: ``JSONProblem`` with the offset at which the bytes are no JSON.
    public static func read(_ bytes: [UInt8]) throws(JSONProblem) -> JSONValue {
        var reader = JSONReader(bytes)
        let value = try reader.value()
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.problem("something follows the value") }
        return value
    }

    private func problem(_ what: String) -> JSONProblem {
        JSONProblem(path: "", problem: "no JSON: \(what) at offset \(position)")
    }

    private var current: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func skipSpace() {
        while let octet = current, octet == 0x20 || octet == 0x0A || octet == 0x0D || octet == 0x09 { position += 1 }
    }

    /// Takes an octet, space before it passed over, if it is this one.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(JSONProblem) -> JSONValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try nested { reader throws(JSONProblem) in try reader.object() }
        case UInt8(ascii: "["): return try nested { reader throws(JSONProblem) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some(let octet) where "-0123456789".utf8.contains(octet): return try number()
        default: throw problem("a value is missing")
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(JSONProblem) -> JSONValue
    ) throws(JSONProblem) -> JSONValue {
        position += 1
        depth += 1
        guard depth <= Self.maximumDepth else { throw problem("more than \(Self.maximumDepth) levels") }
        defer { depth -= 1 }
        return try read(&self)
    }

    private mutating func array() throws(JSONProblem) -> JSONValue {
        var elements: [JSONValue] = []
        if take("]") { return .array([]) }
        repeat { elements.append(try value()) } while take(",")
        guard take("]") else { throw problem("] is missing") }
        return .array(elements)
    }

    private mutating func object() throws(JSONProblem) -> JSONValue {
        var members: [String: JSONValue] = [:]
        if take("}") { return .object([:]) }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw problem("a key is missing") }
            let key = try string()
            guard take(":") else { throw problem(": is missing") }
            guard members.updateValue(try value(), forKey: key) == nil else { throw problem("\"\(key)\" is there twice") }
        } while take(",")
        guard take("}") else { throw problem("} is missing") }
        return .object(members)
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[position..<end].elementsEqual("\(word)".utf8) else {
            throw problem("a value is missing")
        }
        position = end
        return value
    }

    private mutating func number() throws(JSONProblem) -> JSONValue {
        let start = position
        while let octet = current, "+-.0123456789eE".utf8.contains(octet) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = Double(text), number.isFinite else {
            position = start
            throw problem("a number is malformed")
        }
        return .number(number)
    }
}

extension JSONReader {
    /// The string whose opening quote stands here.
    private mutating func string() throws(JSONProblem) -> String {
        position += 1
        var octets: [UInt8] = []
        while let octet = current {
            position += 1
            switch octet {
            case UInt8(ascii: "\""):
                guard let string = String(validating: octets, as: UTF8.self) else { throw problem("no UTF-8 in a string") }
                return string
            case UInt8(ascii: "\\"): octets += try escape()
            case 0..<0x20: throw problem("a control character in a string")
            default: octets.append(octet)
            }
        }
        throw problem("a string without an end")
    }

    private mutating func escape() throws(JSONProblem) -> [UInt8] {
        guard let octet = current else { throw problem("a string without an end") }
        position += 1
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [octet]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"): return try escapedScalar()
        default: throw problem("an unknown escape")
        }
    }

    /// `\uXXXX`, or two of them that are a surrogate pair.
    private mutating func escapedScalar() throws(JSONProblem) -> [UInt8] {
        var units = [try hexadecimal()]
        if UTF16.isLeadSurrogate(units[0]), current == UInt8(ascii: "\\") {
            position += 1
            guard current == UInt8(ascii: "u") else { throw problem("half a surrogate pair") }
            position += 1
            units.append(try hexadecimal())
        }
        guard let text = String(validating: units, as: UTF16.self) else { throw problem("half a surrogate pair") }
        return Array(text.utf8)
    }

    private mutating func hexadecimal() throws(JSONProblem) -> UInt16 {
        guard bytes.count - position >= 4 else { throw problem("a string without an end") }
        var number: UInt16 = 0
        for octet in bytes[position..<position + 4] {
            guard let digit = Character(UnicodeScalar(octet)).hexDigitValue else { throw problem("no hexadecimal digit") }
            number = number << 4 | UInt16(digit)
        }
        position += 4
        return number
    }
}
