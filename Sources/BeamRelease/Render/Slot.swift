/// A placeholder with what the renderer must know to put a value in.
struct Slot {
    /// The quotes that a placeholder of `sys.config` stands between.
    struct Quotes {
        /// What the characters between them make.
        enum Content { case string, binary, utf8Binary, atom }

        var content: Content
        /// The byte that ends it.
        var close: UInt8
        /// Whether a backslash begins an escape.
        var hasEscapes = true
        /// Whether these are the fences of a triple-quoted string.
        var isBlock = false
        /// In a triple-quoted string: whether nothing but space and quotes stands before the placeholder on its line.
        var beginsLine = false
    }

    /// A string or a binary that is written as numbers.
    struct Numbers {
        /// The quotes that it gets: of a string, or of a binary.
        var quotes: Quotes
        /// The text before the placeholder, back to the one before it or to where the numbers begin.
        var before: [UInt8]
        /// Whether this is the first placeholder in the numbers.
        var isFirst = false
        /// The text up to where the numbers end; nil unless this is the last placeholder in them.
        var after: [UInt8]?
        /// The default, read out of the numbers.
        var defaultText: String?
    }

    /// How a value has to be written.
    enum Setting {
        case quotes(Quotes)
        case numbers(Numbers)
        case term
        case token
        /// `isWhole`: nothing else makes a word there. `isValue`: a value that looks like a flag would be taken for one.
        case word(isWhole: Bool, isValue: Bool)
        case quotedWord(mark: UInt8, isValue: Bool)
        case line
    }

    var bytes: Range<Int>
    var name: String
    var defaultText: Range<Int>?
    var line: Int
    var column: Int
    var setting: Setting

    init(_ match: PlaceholderSyntax.Match, from start: Int, in text: [UInt8], at place: TextPlace, _ setting: Setting) {
        bytes = start..<match.end
        name = String(decoding: text[match.name], as: UTF8.self)
        defaultText = match.defaultText
        line = place.line
        column = place.column
        self.setting = setting
    }

    init(name: String, bytes: Range<Int>, at place: TextPlace, _ numbers: Numbers) {
        self.name = name
        self.bytes = bytes
        line = place.line
        column = place.column
        setting = .numbers(numbers)
    }

    /// What is told about it to others.
    func placeholder(in text: [UInt8]) -> Placeholder {
        var standard = defaultText.map { String(decoding: text[$0], as: UTF8.self) }
        if case .numbers(let numbers) = setting { standard = numbers.defaultText }
        return Placeholder(name: name, defaultText: standard, line: line, column: column, place: place)
    }

    private var place: Placeholder.Place {
        switch setting {
        case .quotes(let quotes): quotes.content.place
        case .numbers(let numbers): numbers.quotes.content.place
        case .term: .term
        case .token: .token
        case .word: .word
        case .quotedWord: .quotedWord
        case .line: .line
        }
    }
}

extension Slot.Quotes.Content {
    fileprivate var place: Placeholder.Place {
        switch self {
        case .string: .string
        case .binary: .binary
        case .utf8Binary: .utf8Binary
        case .atom: .atom
        }
    }
}
