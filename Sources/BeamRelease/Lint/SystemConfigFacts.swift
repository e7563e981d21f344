/// What a `sys.config` says besides its placeholders: `{system, "NAME"}` tuples, and ports.
struct SystemConfigFacts {
    /// `{system, "NAME"}` or `{system, "NAME", Default}`, which many libraries resolve themselves.
    struct Tuple: Hashable {
        var name: String
        var line: Int
        var defaultText: String?
    }

    /// A `{port, Number}` that is no port.
    struct BadPort: Hashable {
        var key: String
        var line: Int
    }

    private(set) var tuples: [Tuple] = []
    private(set) var badPorts: [BadPort] = []
    /// Why it cannot be parsed; not told of a text with placeholders, which is none yet.
    private(set) var syntaxError: ConsultError?

    /// How many are kept.
    private static let most = 1000

    init() {}

    init(text: String) {
        let (plain, hasPlaceholders) = Self.withoutPlaceholders(text)
        do throws(ConsultError) {
            let terms = try Consult.terms(in: plain)
            var lines = LineFinder(text)
            for term in terms { visit(term, &lines) }
        } catch {
            if !hasPlaceholders { syntaxError = error }
        }
    }

    private mutating func visit(_ term: ErlangTerm, _ lines: inout LineFinder) {
        switch term {
        case .tuple(let parts):
            // a path for mix's own config provider, not a default
            if parts.first == .atom("config_provider_init") { return }
            note(parts, &lines)
            for part in parts { visit(part, &lines) }
        case .list(let parts, let tail):
            for part in parts { visit(part, &lines) }
            if let tail { visit(tail, &lines) }
        case .map(let pairs):
            for pair in pairs {
                note([pair.key, pair.value], &lines)
                visit(pair.key, &lines)
                visit(pair.value, &lines)
            }
        default: return
        }
    }

    private mutating func note(_ parts: [ErlangTerm], _ lines: inout LineFinder) {
        if (2...3).contains(parts.count), parts[0] == .atom("system"), let name = Self.text(parts[1]),
            LintNames.isVariable(name), tuples.count < Self.most
        {
            let defaultText = parts.count == 3 ? Self.text(parts[2]) ?? Self.plain(parts[2]) : nil
            tuples.append(Tuple(name: name, line: lines.line(of: name), defaultText: defaultText))
        }
        if parts.count == 2, case .atom(let key) = parts[0], key == "port" || key.hasSuffix("_port"),
            case .integer(let number) = parts[1], !(0...65535).contains(number), badPorts.count < Self.most
        {
            badPorts.append(BadPort(key: key, line: lines.line(of: "\(number)")))
        }
    }

    private static func text(_ term: ErlangTerm) -> String? {
        if case .binary(let bytes) = term { return String(validating: bytes, as: UTF8.self) }
        return term.text
    }

    private static func plain(_ term: ErlangTerm) -> String {
        switch term {
        case .atom(let name): name
        case .integer(let number): "\(number)"
        default: "a term"
        }
    }

    /// With a `0` for each placeholder: that is a term of its own, part of a word, and text between quotes.
    private static func withoutPlaceholders(_ text: String) -> (String, Bool) {
        let bytes = Array(text.utf8)
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var index = 0
        var hasPlaceholders = false
        while index < bytes.count {
            if let end = PlaceholderShape.end(in: bytes, at: index) {
                plain.append(UInt8(ascii: "0"))
                hasPlaceholders = true
                index = end
            } else {
                plain.append(bytes[index])
                index += 1
            }
        }
        return (String(decoding: plain, as: UTF8.self), hasPlaceholders)
    }
}

/// Finds the line on which a text stands. Terms do not know where they were, but come in the order of the file; so each search
/// goes on where the last one has ended.
struct LineFinder {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    /// A text that is written in another way, with escapes, is not found; each such search goes to the end.
    private var searchesLeft = 20

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The line of the next place with this text; the last line found when there is none.
    mutating func line(of text: String) -> Int {
        let wanted = Array(text.utf8)
        guard searchesLeft > 0, let first = wanted.first else { return line }
        var (place, number) = (index, line)
        while place + wanted.count <= bytes.count {
            if bytes[place] == first, bytes[place..<(place + wanted.count)].elementsEqual(wanted) {
                (index, line) = (place + wanted.count, number)
                return number
            }
            if bytes[place] == UInt8(ascii: "\n") { number += 1 }
            place += 1
        }
        searchesLeft -= 1
        return line
    }
}
