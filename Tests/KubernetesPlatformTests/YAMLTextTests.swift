import JSONText
import Testing
import Yams

@testable import KubernetesPlatform

@Suite("Objects as YAML")
struct YAMLTextTests {
    @Test("what could be read as something else stands in quotes")
    func quotes() {
        let value: JSONValue = [
            "plain": "registry.example.com/a/b:1.2", "yes": "no", "number": "1", "empty": "", "text": "a: b", "lines": "a\nb",
            "count": 3, "share": "25%", "none": .null, "is": true, "list": ["a", ["x": "1", "name": "n"], [], [:], [["d"]]],
        ]
        #expect(
            YAMLText.text(of: value) == """
                count: 3
                empty: ""
                is: true
                lines: "a\\nb"
                list:
                - a
                - name: "n"
                  x: "1"
                - []
                - {}
                -
                  -
                    - d
                none: null
                number: "1"
                plain: registry.example.com/a/b:1.2
                share: "25%"
                text: "a: b"
                "yes": "no"

                """)
    }

    @Test("a reader of YAML gets the same back, whatever the texts hold", arguments: 0..<200)
    func roundTrip(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let value = JSONValue.random(using: &random, depth: 4)
        let text = YAMLText.text(of: value)
        let node = try #require(try Yams.compose(yaml: text))
        #expect(JSONValue(node) == value, "\(text)")
    }
}

/// Numbers that are the same for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

extension JSONValue {
    private static let letters: [String] = [
        "a", "B", "0", "9", " ", "-", "_", ":", ".", "/", "#", "'", "\"", "\\", "\n", "\t", "\u{1}", "\u{85}", "\u{2028}",
        "b\u{FEFF}",
        "ä", "漢", "😀", "{", "[", "&", "*", "!", "|", ">", "%", "@", "`", "~", ",", "?", "=", "<", "$",
    ]
    private static let words = [
        "yes", "on", "null", "~", "true", "1e3", "0x1F", "1_000", "12:30", "", "- a", "a:", "<<", "=", ".inf",
    ]

    static func random(using random: inout SeededGenerator, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .string(words.randomElement(using: &random) ?? "")
        case 1, 2: return .string(text(using: &random))
        case 3: return .integer(Int.random(in: -5...100_000, using: &random))
        case 4: return .bool(Bool.random(using: &random))
        case 5: return .null
        case 6:
            return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in self.random(using: &random, depth: depth - 1) })
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                members[text(using: &random)] = self.random(using: &random, depth: depth - 1)
            }
            return .object(members)
        }
    }

    private static func text(using random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...8, using: &random)).map { _ in letters.randomElement(using: &random) ?? "" }.joined()
    }

    /// What Yams has read.
    init(_ node: Node) {
        switch node {
        case .mapping(let mapping):
            self = .object(Dictionary(mapping.map { ($0.key.string ?? "", JSONValue($0.value)) }) { first, _ in first })
        case .sequence(let sequence): self = .array(sequence.map(JSONValue.init))
        case .scalar(let scalar):
            if scalar.style != .plain {
                self = .string(scalar.string)
            } else if let bool = node.bool {
                self = .bool(bool)
            } else if scalar.string == "null" {
                self = .null
            } else if let number = node.int {
                self = .integer(number)
            } else {
                self = .string(scalar.string)
            }
        case .alias: self = .null
        }
    }
}
