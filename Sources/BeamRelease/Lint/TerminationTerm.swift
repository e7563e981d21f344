/// The reason that the VM gives for its end: an Erlang term on one line, perhaps cut off. Only the parts that are known to be the
/// words of an exception are taken out of it; arguments of calls may be values of variables.
struct TerminationTerm {
    private let text: String

    init(_ line: String) {
        text = line
    }

    /// The exception; nil when it is none that is known.
    var exception: BootOutput.Failure? {
        guard let rest = text.rest(after: "'__struct__'=>'Elixir.") else { return error }
        let name = String(rest.until { $0 == UInt8(ascii: "'") })
        var message = field("message") ?? field("description")
        switch name {
        case "System.EnvError":
            message = field("env").map { "could not fetch environment variable \"\($0)\" because it is not set" }
        case "File.Error":
            message = "could not \(field("action") ?? "open") \"\(field("path") ?? "")\": \(word("reason") ?? "")"
        default: break
        }
        return .init(name: name, message: Self.lines(message ?? "\(name) was raised"), stack: [])
    }

    /// Erlang's own errors, as Elixir names them.
    private var error: BootOutput.Failure? {
        if let call = call(behind: "{badarg,[{") {
            return .init(name: "ArgumentError", message: ["\(call) was called with an argument that it does not take"], stack: [])
        }
        if text.rest(after: "{badmatch,") != nil {
            return .init(name: "MatchError", message: ["no match of right hand side value"], stack: [])
        }
        if let call = call(behind: "{undef,[{") {
            return .init(name: "UndefinedFunctionError", message: ["\(call) is not there"], stack: [])
        }
        if let call = call(behind: "{function_clause,[{") {
            return .init(name: "FunctionClauseError", message: ["\(call) does not take its arguments"], stack: [])
        }
        return nil
    }

    /// `module.function` of the first call in a stack.
    private func call(behind words: String) -> String? {
        guard let rest = text.rest(after: words) else { return nil }
        let parts = rest.prefix(512).split(separator: ",", maxSplits: 2).prefix(2)
            .map { $0.filter { $0 != "'" } }
        guard parts.count == 2 else { return nil }
        let isElixir = parts[0].hasPrefix("Elixir.")
        return (isElixir ? parts[0].dropFirst(7) : ":" + parts[0]) + "." + parts[1]
    }

    /// The line in `runtime.exs`: of the exception itself, or of the call in the stack.
    var runtimeLine: Int? {
        if let line = text.rest(after: "runtime.exs\">>,line=>")?.leadingNumber { return line }
        if let rest = text.rest(after: "line=>"), let line = rest.leadingNumber,
            let file = rest.until({ $0 == UInt8(ascii: "\"") }).utf8.count < 32 ? rest.rest(after: ",file=><<\"") : nil,
            file.until({ $0 == UInt8(ascii: "\"") }).hasSuffix("runtime.exs")
        {
            return line
        }
        return text.rest(after: "runtime.exs\"},{line,")?.leadingNumber
    }

    /// `key=><<"text">>`, or `key=><<116,101,120,116>>`.
    private func field(_ key: String) -> String? {
        guard let rest = text.rest(after: "\(key)=><<") else { return nil }
        if rest.first == "\"" { return Self.quoted(rest.dropFirst()) }
        let codes = rest.until { $0 == UInt8(ascii: ">") }.split(separator: ",").map { UInt8($0) }
        guard !codes.isEmpty, !codes.contains(nil) else { return nil }
        return String(validating: codes.compactMap { $0 }, as: UTF8.self)
    }

    private static func quoted(_ rest: Substring) -> String {
        var text = ""
        var isEscaped = false
        for character in rest {
            if isEscaped {
                text.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                break
            } else {
                text.append(character)
            }
        }
        return text
    }

    private func word(_ key: String) -> String? {
        text.rest(after: "\(key)=>").map { String($0.until { !LintNames.isWord($0) }) }
    }

    private static func lines(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
