/// A body of a request, with the Engine's own names; what is nil is left out.
indirect enum EngineBody: Encodable {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([EngineBody])
    case object([String: EngineBody?])

    /// Texts by name.
    static func texts(_ texts: [String: String]) -> EngineBody { .object(texts.mapValues { .text($0) }) }

    /// A list of texts.
    static func words(_ words: [String]) -> EngineBody { .list(words.map { .text($0) }) }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .text(let text): try text.encode(to: encoder)
        case .number(let number): try number.encode(to: encoder)
        case .flag(let flag): try flag.encode(to: encoder)
        case .list(let values): try values.encode(to: encoder)
        case .object(let members):
            var container = encoder.container(keyedBy: Name.self)
            for (name, value) in members {
                if let value { try container.encode(value, forKey: Name(stringValue: name)) }
            }
        }
    }
}
