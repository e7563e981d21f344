import FleetModel

extension ManifestChecker {
    /// What one word or number means.
    mutating func scalar(_ node: ManifestNode, _ shape: ManifestShape, path: String) -> ManifestValue? {
        switch shape {
        case .label(let longest): label(node, longest: longest, path: path)
        case .integer(let range): integer(node, range, path: path).map(ManifestValue.integer)
        case .seconds(let range): seconds(node, range, path: path)
        case .amount: amount(node, path: path)
        case .boolean: boolean(node, path: path)
        case .choice(let choices): choice(node, choices, path: path)
        case .name: name(node, path: path)
        case .word(let what): word(node, what, path: path)
        case .urlPath: urlPath(node, path: path)
        case .objectName: objectName(node, path: path).map(ManifestValue.text)
        case .cpu: cpu(node, path: path)
        case .bytes(let range, let words): bytes(node, range, words, path: path)
        default: nil
        }
    }

    mutating func integer(_ node: ManifestNode, _ range: ClosedRange<Int>, path: String) -> Int? {
        guard let number = node.plainText.flatMap(Self.number) else {
            note(.wrongType, at: node, path: path, "expected an integer, found \(node.found)")
            return nil
        }
        guard range.contains(number) else {
            let found = node.isReplaced ? node.found : "\(number)"
            note(.badValue, at: node, path: path, "expected \(range.lowerBound) to \(range.upperBound), found \(found)")
            return nil
        }
        return number
    }

    /// Decimal digits without a leading 0: `010` means 10 to one reader and 8 to another.
    private static func number(_ text: String) -> Int? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), digits.count == 1 || digits.first != "0" else {
            return nil
        }
        return Int(text)
    }

    private mutating func seconds(_ node: ManifestNode, _ range: ClosedRange<Int>, path: String) -> ManifestValue? {
        let text = node.text ?? ""
        let unit = text.last == "m" ? 60 : 1
        let digits = text.last == "s" || text.last == "m" ? String(text.dropLast()) : text
        guard let number = Self.number(digits) else {
            note(.wrongType, at: node, path: path, "expected seconds such as 45, 45s or 2m, found \(node.found)")
            return nil
        }
        let (seconds, isTooMuch) = number.multipliedReportingOverflow(by: unit)
        guard !isTooMuch, range.contains(seconds) else {
            note(
                .badValue, at: node, path: path,
                "expected \(range.lowerBound) to \(range.upperBound) seconds, found \(node.found)")
            return nil
        }
        return .integer(seconds)
    }

    private mutating func amount(_ node: ManifestNode, path: String) -> ManifestValue? {
        if let text = node.text, text.last == "%", let percent = Self.number(String(text.dropLast())) {
            guard (0...100).contains(percent) else {
                note(.badValue, at: node, path: path, "expected 0% to 100%, found \(node.found)")
                return nil
            }
            return .amount(.percent(percent))
        }
        guard node.plainText.flatMap(Self.number) != nil else {
            note(.wrongType, at: node, path: path, "expected a number of replicas or a share such as 25%, found \(node.found)")
            return nil
        }
        return integer(node, 0...ProcessSpec.mostReplicas, path: path).map { .amount(.count($0)) }
    }

    private mutating func boolean(_ node: ManifestNode, path: String) -> ManifestValue? {
        switch node.plainText {
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default:
            note(.wrongType, at: node, path: path, "expected true or false, found \(node.found)")
            return nil
        }
    }

    private mutating func choice(_ node: ManifestNode, _ choices: [ManifestShape.Choice], path: String) -> ManifestValue? {
        let usable = choices.filter { $0.later == nil }.map(\.word)
        guard let choice = choices.first(where: { $0.word == node.text }) else {
            let near = node.text.flatMap { NearestKey.nearest(to: $0, among: usable) }
            let hint = near.map { "; did you mean \($0)?" } ?? ""
            note(
                .badValue, at: node, path: path,
                "expected \(usable.joined(separator: ", ")), found \(node.found)\(hint)")
            return nil
        }
        if let reason = choice.later {
            note(.notImplemented, at: node, path: path, "\(choice.word) is not implemented: \(reason)")
            return nil
        }
        return .text(choice.word)
    }

    private mutating func label(_ node: ManifestNode, longest: Int, path: String) -> ManifestValue? {
        guard let text = node.text, !node.isNothing else {
            note(.wrongType, at: node, path: path, "expected a name, found \(node.found)")
            return nil
        }
        if let problem = DNSLabel.problem(with: text, longest: longest) {
            note(.badValue, at: node, path: path, "\(node.found) \(problem)")
            return nil
        }
        return .text(text)
    }

    private mutating func name(_ node: ManifestNode, path: String) -> ManifestValue? {
        guard let text = node.text, !node.isNothing else {
            note(.wrongType, at: node, path: path, "expected a name, found \(node.found)")
            return nil
        }
        guard text.utf8.count <= 128, text.utf8.allSatisfy({ Self.isWord($0) || $0 == UInt8(ascii: "-") }) else {
            note(.badValue, at: node, path: path, "\(node.found) has characters other than a-z, A-Z, 0-9, _ and -")
            return nil
        }
        return .text(text)
    }

    private mutating func word(_ node: ManifestNode, _ what: String, path: String) -> ManifestValue? {
        guard let text = node.text, !node.isNothing, (1...512).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else {
            note(.badValue, at: node, path: path, "expected \(what), found \(node.found)")
            return nil
        }
        return .text(text)
    }

    private mutating func urlPath(_ node: ManifestNode, path: String) -> ManifestValue? {
        guard let text = node.text, text.hasPrefix("/"), text.utf8.count <= 1024,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            note(.badValue, at: node, path: path, "expected a path such as /health, found \(node.found)")
            return nil
        }
        return .text(text)
    }

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
