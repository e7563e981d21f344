import JSONText
import Yams

/// A YAML text (or JSON, which is a part of YAML) as JSON values.
enum YAMLTree {
    /// A kubeconfig with the certificates of a hundred clusters has a tenth of this.
    static let longest = 4 << 20
    private static let deepest = 48
    /// Each can at most double what the ones before it stand for.
    private static let mostAliases = 12

    struct Problem: Error {
        var line: Int?
        var reason: String
    }

    /// The value of the first document; `.null` of an empty text.
    static func read(_ text: String) throws(Problem) -> JSONValue {
        guard text.utf8.count <= longest else { throw Problem(reason: "is longer than \(longest) bytes") }
        try checkShape(text)
        let node: Node?
        do {
            node = try Yams.compose(yaml: text, .default, .default, .utf8)
        } catch let error as YamlError {
            throw problem(error)
        } catch {
            throw Problem(reason: "\(error)")
        }
        return try node.map { node throws(Problem) in try value(node, depth: 0) } ?? .null
    }

    /// The parser calls itself for each level, and writes aliases out: what would cost it too much is refused before.
    private static func checkShape(_ text: String) throws(Problem) {
        var (open, indents, counts): (Int, [Int], [UInt8: Int]) = (0, [], [:])
        var before = UInt8(ascii: "\n")
        var (indent, isIndent, dashes) = (0, true, 0)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): open += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): open = max(0, open - 1)
            case UInt8(ascii: "*"), UInt8(ascii: "&"):
                if " \t\r\n[{,:-?".utf8.contains(before) { counts[byte, default: 0] += 1 }
            default: break
            }
            if byte == UInt8(ascii: "\n") {
                (indent, isIndent, dashes) = (0, true, 0)
            } else if isIndent {
                if byte == UInt8(ascii: " ") {
                    indent += 1
                } else if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: ":") {
                    // `- - - -` opens a level with each dash.
                    dashes += 1
                    indent += 1
                } else {
                    isIndent = false
                    while let last = indents.last, last >= indent { indents.removeLast() }
                    indents.append(indent)
                }
            }
            before = byte
            guard open <= deepest, indents.count <= deepest, dashes <= deepest else {
                throw Problem(reason: "has more than \(deepest) levels")
            }
        }
        guard counts[UInt8(ascii: "&"), default: 0] == 0 || counts[UInt8(ascii: "*"), default: 0] <= mostAliases else {
            throw Problem(reason: "has more than \(mostAliases) aliases (*name): write out what they stand for")
        }
    }

    private static func value(_ node: Node, depth: Int) throws(Problem) -> JSONValue {
        guard depth <= deepest else { throw Problem(line: node.mark?.line, reason: "has more than \(deepest) levels") }
        switch node {
        case .scalar(let scalar): return Self.scalar(node, scalar)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for element in sequence { elements.append(try value(element, depth: depth + 1)) }
            return .array(elements)
        case .mapping(let mapping):
            var members: [String: JSONValue] = [:]
            for (key, member) in mapping {
                guard case .scalar(let name) = key else {
                    throw Problem(line: node.mark?.line, reason: "has a key that is no word")
                }
                members[name.string] = try value(member, depth: depth + 1)
            }
            return .object(members)
        case .alias: throw Problem(line: node.mark?.line, reason: "has an alias that leads nowhere")
        }
    }

    private static func scalar(_ node: Node, _ scalar: Node.Scalar) -> JSONValue {
        guard scalar.style == .any || scalar.style == .plain else { return .string(scalar.string) }
        let (tag, text) = (node.tag, JSONValue.string(scalar.string))
        if tag == Tag(.null) { return .null }
        if tag == Tag(.bool) { return node.bool.map { .bool($0) } ?? text }
        if tag == Tag(.int) { return node.int.map { .integer($0) } ?? text }
        if tag == Tag(.float) { return node.float.flatMap { $0.isFinite ? .number($0) : nil } ?? text }
        return text
    }

    private static func problem(_ error: YamlError) -> Problem {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            Problem(line: mark.line, reason: problem)
        case .duplicatedKeysInMapping(let keys, let context):
            Problem(line: context.mark.line, reason: "\(keys.first ?? "a key") is given twice")
        case .reader(let problem, _, _, _): Problem(reason: problem)
        default: Problem(reason: "\(error)")
        }
    }
}
