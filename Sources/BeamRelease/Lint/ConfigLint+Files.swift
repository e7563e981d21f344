// What stands in the configuration files themselves.
extension ConfigLint {
    func placeholderProblems(_ facts: LintFacts) -> [ConfigProblem] {
        facts.files.compactMap { file in
            guard file.substitution == .none, let first = file.placeholders.first else { return nil }
            var names: [String] = []
            for placeholder in file.placeholders where !names.contains(placeholder.name) && names.count < 6 {
                names.append(placeholder.name)
            }
            let listed = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
            let (why, hint) = reasonToStay
            return ConfigProblem(
                // Who asks for values and for a renderer that gives none contradicts himself.
                severity: wantsValues ? .error : .warning, code: .placeholdersStay,
                message: "\(file.name):\(first.line) has placeholders (\(listed)), and nothing replaces them\(why)",
                file: file.name, line: first.line, variable: first.name, hint: hint)
        }
    }

    /// Why placeholders stay, and what to do about it.
    private var reasonToStay: (why: String, hint: String) {
        guard leavesToScript else { return ("", "set release.replace_os_vars: true") }
        let variable: String
        switch release.tool {
        case .mix:
            return (
                ": config.render is native, and the start script of a mix release replaces none",
                "remove config.render: native" + (wantsValues ? "" : ", and set release.replace_os_vars: true")
            )
        case .rebar3: variable = "RELX_REPLACE_OS_VARS"
        case .distillery: variable = "REPLACE_OS_VARS"
        }
        return (
            ": config.render is native, and the release's start script replaces them only where \(variable) is set",
            "set \(variable): \"true\" in env, or remove config.render: native"
        )
    }

    func argumentProblems(_ facts: LintFacts) -> [ConfigProblem] {
        facts.arguments.flatMap { file in
            let words = Self.words(of: file.text)
            let written = words.indices.flatMap { index in
                let value = index + 1 < words.count ? words[index + 1] : nil
                return identityProblem(words[index], file) + cookieProblem(words[index], value, file)
            }
            return written + valueIdentityProblems(file)
        }
    }

    /// The same of flags that only the values of placeholders bring. No text holds a value.
    private func valueIdentityProblems(_ file: LintFacts.File) -> [ConfigProblem] {
        guard file.substitution != .none, isClustered, !file.placeholders.isEmpty else { return [] }
        let values = given.mapValues { $0.value ?? "secret" }
        let kept = VMArgumentsText.kept(file.text, isClustered: true)
        guard let filled = try? ConfigRenderer(variables: values).vmArguments(kept, file: file.name) else { return [] }
        return VMArgumentsText.leftOut(of: filled, isClustered: true).map { line, flag in
            let source = file.placeholders.first { $0.line == line }?.name
            let what = "\(file.name):\(line) becomes \(flag)" + (source.map { " with the value of \($0)" } ?? "")
            let isOurs = file.substitution == .beamctl
            return ConfigProblem(
                severity: isOurs ? .warning : .error, code: .nameInVMArguments,
                message: "\(what), which beamctl gives itself: it "
                    + (isOurs ? "leaves it out of its copy" : "cannot leave out what the start script puts in"),
                file: file.name, line: line, variable: source,
                hint: source.map { "take \(flag) out of the value of \($0)" } ?? "remove \(flag)")
        }
    }

    private func identityProblem(_ word: Word, _ file: LintFacts.File) -> [ConfigProblem] {
        guard release.tool == .mix, ["-name", "-sname", "-setcookie"].contains(word.text) else { return [] }
        return [
            ConfigProblem(
                severity: .warning, code: .nameInVMArguments,
                message: "\(file.name):\(word.line) has \(word.text), which the start script of a mix release gives itself: "
                    + "beamctl leaves it out of its copy",
                file: file.name, line: word.line, hint: "remove the line from rel/\(file.name).eex")
        ]
    }

    private func cookieProblem(_ word: Word, _ value: Word?, _ file: LintFacts.File) -> [ConfigProblem] {
        guard word.text == "-setcookie", let value, !value.text.isEmpty, !value.text.contains("${"),
            !value.text.hasPrefix("-")
        else { return [] }
        return [
            ConfigProblem(
                severity: .warning, code: .cookieInPlainSight,
                message: "\(file.name):\(value.line) holds a cookie in plain sight: who reads the release can join its cluster",
                file: file.name, line: value.line,
                hint: "remove it: beamctl makes a cookie of its own")
        ]
    }

    /// What `-args_file` says becomes the VM's own arguments, which `/proc` shows to everybody.
    func secretProblems(_ facts: LintFacts) -> [ConfigProblem] {
        facts.arguments.filter { $0.substitution != .none }.flatMap { file in
            file.placeholders.compactMap { placeholder in
                guard let given = given[placeholder.name], given.value == nil else { return nil }
                return ConfigProblem(
                    severity: .error, code: .secretInArguments,
                    message:
                        "\(file.name):\(placeholder.line):\(placeholder.column) wants \(placeholder.name), which is a secret: "
                        + "every user of the machine can read the VM's arguments",
                    file: file.name, line: placeholder.line, variable: placeholder.name,
                    hint:
                        "read \(placeholder.name) in runtime.exs or sys.config instead, or set it with beamctl env if it is no secret"
                )
            }
        }
    }

    private struct Word {
        var text: String
        var line: Int
    }

    /// The words of an arguments file without their quotes; a comment begins where a word begins with `#`.
    private static func words(of text: String) -> [Word] {
        var words: [Word] = []
        var number = 0
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let spaces = Set(" \t\r".utf8)
            for piece in line.split(whereSeparator: spaces.contains) {
                if piece.first == UInt8(ascii: "#") { break }
                let bytes = piece.filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
                words.append(Word(text: String(decoding: bytes, as: UTF8.self), line: number))
            }
        }
        return words
    }

    func syntaxProblems(_ facts: LintFacts) -> [ConfigProblem] {
        var problems: [ConfigProblem] = []
        if let error = facts.systemConfig.syntaxError, let name = facts.config?.name {
            problems.append(
                ConfigProblem(
                    severity: .error, code: .syntax, message: "\(name):\(error.line):\(error.column): \(error.reason)",
                    file: name, line: error.line, hint: "correct it, then build the release anew"))
        }
        if let error = runtimeReads?.syntaxError {
            let words = error.message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            problems.append(
                ConfigProblem(
                    severity: .error, code: .syntax, message: "runtime.exs:\(error.line):\(error.column): \(words)",
                    file: "runtime.exs", line: error.line, hint: "correct config/runtime.exs, then build the release anew"))
        }
        return problems
    }
}
