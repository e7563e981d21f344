/// How a server wants to be convinced: one challenge of `WWW-Authenticate` (RFC 9110, 11.6.1).
struct AuthChallenge: Hashable {
    /// In lower case: `bearer`, `basic`.
    var scheme: String
    /// In lower case: `realm`, `service`, `scope`.
    var parameters: [String: String]

    /// The challenges of a field, in their order. What cannot be read ends the list.
    static func read(_ field: String) -> [AuthChallenge] {
        var reader = FieldReader(Array(field.utf8.prefix(8192)))
        var challenges: [AuthChallenge] = []
        while let scheme = reader.token() {
            var challenge = AuthChallenge(scheme: scheme.lowercased(), parameters: [:])
            reader.spaces()
            while let (name, value) = reader.parameter() {
                challenge.parameters[name.lowercased()] = value
                reader.separator()
            }
            challenges.append(challenge)
            reader.separator()
        }
        return challenges
    }
}

/// Walks over a header field.
private struct FieldReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func spaces() {
        while next == 0x20 || next == 0x09 { index += 1 }
    }

    mutating func separator() {
        while let byte = next, byte == 0x2C || byte == 0x20 || byte == 0x09 { index += 1 }
    }

    mutating func token() -> String? {
        let start = index
        while let byte = next, byte > 0x20, byte < 0x7F, !Array("()<>@,;:\\\"/[]?={}".utf8).contains(byte) { index += 1 }
        return start == index ? nil : String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// `name=value` or `name="value"`; nil, and nothing is read, when something else follows: the next scheme.
    mutating func parameter() -> (String, String)? {
        let start = index
        guard let name = token() else { return nil }
        spaces()
        guard next == 0x3D else {
            index = start
            return nil
        }
        index += 1
        spaces()
        if next == 0x22 { return (name, quoted()) }
        return (name, token() ?? "")
    }

    private mutating func quoted() -> String {
        index += 1
        var value: [UInt8] = []
        while let byte = next, byte != 0x22 {
            if byte == 0x5C { index += 1 }
            if let byte = next { value.append(byte) }
            index += 1
        }
        index += 1
        return String(decoding: value, as: UTF8.self)
    }
}
