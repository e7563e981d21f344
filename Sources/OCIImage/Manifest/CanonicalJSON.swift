import FoundationEssentials

/// JSON whose bytes depend on the value alone: keys sorted, no spaces. Digests are made of it.
enum CanonicalJSON {
    /// More than any manifest or configuration has (the distribution specification wants 4 MiB to be taken).
    static let longest = 4 << 20

    static func bytes(_ value: some Encodable) throws(OCIError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw OCIError(.badImage, at: "", "cannot be written as JSON: \(error)")
        }
    }

    /// Throws ``OCIError`` `.badImage` with what is missing or of a wrong type.
    static func value<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8], at place: String) throws(OCIError) -> Value {
        guard bytes.count <= longest else { throw OCIError(.tooLarge, at: place, "more than \(longest) bytes of JSON") }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw OCIError(.badImage, at: place, "is not what it should be: \(error.inWords)")
        } catch {
            throw OCIError(.badImage, at: place, "is no JSON: \(error)")
        }
    }
}

extension DecodingError {
    /// The key and the reason in one line.
    fileprivate var inWords: String {
        let (context, key): (Context, String?) =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): (context, nil)
            case .keyNotFound(let key, let context): (context, key.stringValue)
            @unknown default: (Context(codingPath: [], debugDescription: "\(self)"), nil)
            }
        let path = (context.codingPath.map(\.stringValue) + (key.map { [$0] } ?? [])).joined(separator: ".")
        if key != nil { return "'\(path)' is missing" }
        return path.isEmpty ? context.debugDescription : "'\(path)': \(context.debugDescription)"
    }
}
