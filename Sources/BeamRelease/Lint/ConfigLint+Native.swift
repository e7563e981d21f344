// What the passes of relx and Distillery over their files do to values: an awk script that replaces by regular expressions, and
// goes over each line until it holds no `${…}`.
extension ConfigLint {
    func nativeProblems(_ facts: LintFacts) -> [ConfigProblem] {
        facts.files.filter { $0.substitution == .native }.flatMap { file in
            shapeProblems(file) + file.placeholders.unique(by: \.name).flatMap { valueProblems($0, file) }
        }
    }

    /// What stands between the braces becomes part of a regular expression, which then does not match it. Found by running the
    /// script of relx 4 with each character.
    private static let troublesome = Set("&$()*+?[\\]^|".utf8)

    private func shapeProblems(_ file: LintFacts.File) -> [ConfigProblem] {
        PlaceholderShape.native(in: file.text).compactMap { inside, line in
            let name = String(inside.prefix { $0 != ":" })
            if inside.utf8.contains(where: Self.troublesome.contains) {
                return ConfigProblem(
                    severity: .error, code: .nativeLoop,
                    message: "\(file.name):\(line) has a ${\(name)…} with characters of a regular expression: "
                        + "the start script never comes to an end with it",
                    file: file.name, line: line, variable: LintNames.isVariable(name) ? name : nil,
                    hint: "let beamctl render (config.render: beamctl), or write it without & $ ( ) * + ? [ \\ ] ^ |")
            }
            guard release.tool == .distillery, inside.contains(":-") else { return nil }
            return ConfigProblem(
                severity: .warning, code: .nativeChange,
                message: "\(file.name):\(line) has a default for \(name), but Distillery knows none: it becomes the empty text",
                file: file.name, line: line, variable: name, hint: "let beamctl render: config.render: beamctl")
        }
    }

    private func valueProblems(_ placeholder: Placeholder, _ file: LintFacts.File) -> [ConfigProblem] {
        guard let variable = given[placeholder.name], let value = variable.value else { return [] }
        let place = "\(file.name):\(placeholder.line)"
        func problem(_ severity: ConfigProblem.Severity, _ code: ConfigProblem.Code, _ what: String) -> ConfigProblem {
            ConfigProblem(
                severity: severity, code: code, message: "the value of \(placeholder.name)\(self.place(variable)) \(what)",
                file: file.name, line: placeholder.line, variable: placeholder.name,
                hint: "let beamctl render: config.render: beamctl")
        }
        var problems: [ConfigProblem] = []
        if isCircular(placeholder.name) {
            problems.append(
                problem(.error, .nativeLoop, "leads back to itself: the start script never comes to an end at \(place)"))
        } else if !PlaceholderShape.native(in: value).isEmpty {
            problems.append(problem(.warning, .nativeChange, "holds a ${…}, which the start script replaces too at \(place)"))
        }
        if value.contains("\"") {
            problems.append(problem(.error, .nativeBreak, "holds a quote, which breaks \(place)"))
        }
        if value.contains(#"\\"#) {
            problems.append(
                problem(.warning, .nativeChange, "holds two backslashes, of which the start script makes one at \(place)"))
        } else if value.contains(#"\"#), placeholder.place != .term {
            problems.append(problem(.warning, .nativeChange, "holds a backslash, which begins an escape at \(place)"))
        }
        if value.contains(where: \.isNewline) {
            problems.append(problem(.warning, .nativeChange, "has more than one line, and so has \(place) then"))
        }
        return problems
    }

    /// Whether a value, with what it names put in, names itself.
    private func isCircular(_ name: String) -> Bool {
        var seen: Set<String> = []
        var open = [name]
        while let next = open.popLast() {
            guard let value = given[next]?.value else { continue }
            for (inside, _) in PlaceholderShape.native(in: value) {
                let inner = String(inside.prefix { $0 != ":" })
                if inner == name { return true }
                if seen.insert(inner).inserted { open.append(inner) }
            }
        }
        return false
    }
}

extension Sequence {
    /// The first of each kind, in order.
    func unique<Key: Hashable>(by key: (Element) -> Key) -> [Element] {
        var seen: Set<Key> = []
        return filter { seen.insert(key($0)).inserted }
    }
}
