// Values that cannot be meant. No message holds one.
extension ConfigLint {
    /// Linux takes no variable of more than 128 KiB: name, `=`, value and a zero (`MAX_ARG_STRLEN`, execve(2)).
    static let longestVariable = 128 << 10

    func valueProblems(_ facts: LintFacts) -> [ConfigProblem] {
        given.sorted { $0.key < $1.key }
            .flatMap { name, variable -> [ConfigProblem] in
                guard let value = variable.value else { return [] }
                if name.utf8.count + value.utf8.count + 2 > Self.longestVariable {
                    return [tooLong(name, variable)]
                }
                guard value.isEmpty, let read = facts.reads[name]?.first(where: \.isDemanding) else { return [] }
                return [
                    ConfigProblem(
                        severity: .warning, code: .variableEmpty,
                        message: "\(name) is given\(place(variable)), and empty: the release boots with an empty \(name) "
                            + "(\(read.place))",
                        file: read.file, line: read.line, variable: name, hint: "give it a value, or remove it")
                ]
            }
    }

    private func tooLong(_ name: String, _ variable: GivenVariable) -> ConfigProblem {
        ConfigProblem(
            severity: .error, code: .valueTooLong,
            message: "the value of \(name)\(place(variable)) has more than 128 KiB: Linux starts no program with it",
            variable: name, hint: "put it into a file, and the file's path into \(name)")
    }

    func integerProblems(_ facts: LintFacts) -> [ConfigProblem] {
        given.filter { !LintNames.isPort($0.key) }.sorted { $0.key < $1.key }
            .compactMap { name, variable in
                guard let value = variable.value ?? secretValues[name], !LintNames.isInteger(value),
                    let read = facts.reads[name]?.first(where: \.isInteger)
                else { return nil }
                return ConfigProblem(
                    severity: read.isCertain ? .error : .warning, code: .notAnInteger,
                    message: "the value of \(name)\(place(variable)) is no integer, but \(read.place) makes one of it",
                    file: read.file, line: read.line, variable: name, hint: "give \(name) a whole number, in digits")
            }
    }

    func place(_ variable: GivenVariable) -> String { variable.userPlace.map { " (\($0))" } ?? "" }

    func portProblems(_ facts: LintFacts) -> [ConfigProblem] {
        givenPorts(facts) + defaultPorts(facts)
            + facts.systemConfig.badPorts.map { port in
                ConfigProblem(
                    severity: .warning, code: .notAPort,
                    message: "\(facts.config?.name ?? "sys.config"):\(port.line) sets \(port.key) to a number that is no port",
                    file: facts.config?.name, line: port.line, hint: Self.portHint)
            }
    }

    private static let portHint = "a port is a number from 0 to 65535"

    private func givenPorts(_ facts: LintFacts) -> [ConfigProblem] {
        given.filter { LintNames.isPort($0.key) }.sorted { $0.key < $1.key }
            .compactMap { name, variable in
                guard let value = variable.value ?? secretValues[name], !value.isEmpty, !LintNames.isPortNumber(value) else {
                    return nil
                }
                let read = facts.reads[name]?.first
                return ConfigProblem(
                    severity: .error, code: .notAPort,
                    message: "the value of \(name)\(place(variable)) is no port"
                        + (read.map { ", but \($0.place) reads it" } ?? ""),
                    file: read?.file, line: read?.line, variable: name, hint: Self.portHint)
            }
    }

    /// A default in a configuration file is a text; one in `runtime.exs` may be an expression.
    private func defaultPorts(_ facts: LintFacts) -> [ConfigProblem] {
        facts.reads.filter { LintNames.isPort($0.key) }.sorted { $0.key < $1.key }
            .flatMap { name, reads in
                reads.compactMap { read in
                    guard let text = read.defaultText, !text.isEmpty, !LintNames.isPortNumber(text), read.kind != .shell,
                        read.kind == .placeholder || text.utf8.allSatisfy(LintNames.isWord)
                    else { return nil }
                    return ConfigProblem(
                        severity: .error, code: .notAPort, message: "\(read.place) has a default for \(name) that is no port",
                        file: read.file, line: read.line, variable: name, hint: Self.portHint)
                }
            }
    }

    func switchProblems() -> [ConfigProblem] {
        ["RELX_REPLACE_OS_VARS", "REPLACE_OS_VARS"].compactMap { name in
            guard let value = given[name]?.value, ["false", "0", "no", "off"].contains(value.lowercased()) else { return nil }
            return ConfigProblem(
                severity: .warning, code: .switchStaysOn,
                message: "\(name) is set to a word that means no: the tool's own start script takes every text for yes, "
                    + "beamctl takes this one for no",
                variable: name, hint: "remove \(name), and set release.replace_os_vars")
        }
    }
}
