import FleetModel

/// Reads a file of variables line by line. A line that is wrong is written down and left.
struct DotenvReader {
    private(set) var variables: [(name: String, value: String)] = []
    private(set) var problems: [ManifestProblem] = []
    private var text: DotenvText
    /// The lines in which the names stand.
    private var lines: [String: Int] = [:]

    /// Where something stands.
    private typealias Place = (line: Int, column: Int)

    init(_ text: String) {
        self.text = DotenvText(text)
    }

    mutating func readAll() {
        while text.next != nil, problems.count < ManifestError.mostProblems {
            do throws(ManifestProblem) {
                try readLine()
            } catch {
                problems.append(error)
            }
            text.skipLine()
        }
    }

    private var place: Place { (text.line, text.column) }

    private func problem(
        _ code: ManifestProblem.Code = .syntax, at place: Place, of name: String = "", _ message: String
    ) -> ManifestProblem {
        ManifestProblem(code, line: place.line, column: place.column, path: name, message)
    }

    private mutating func readLine() throws(ManifestProblem) {
        text.skipBlanks()
        if text.isEndOfLine || text.next == "#" { return }
        var start = place
        var name = takeName()
        if name == "export", text.next == " " || text.next == "\t" {
            text.skipBlanks()
            start = place
            name = takeName()
        }
        text.skipBlanks()
        guard text.next == "=" else { throw problem(at: start, "expected NAME=value") }
        if let reason = VariableRules.problem(withName: name) {
            throw problem(.badValue, at: start, "the word before = \(reason)")
        }
        _ = text.take()
        try add(name, at: start)
    }

    private mutating func takeName() -> String { text.take { $0 != "=" && $0 != " " && $0 != "\t" } }

    private mutating func add(_ name: String, at start: Place) throws(ManifestProblem) {
        let isFirst = lines[name] == nil
        if let line = lines[name] {
            problems.append(problem(.conflict, at: start, of: name, "is given twice; first in line \(line)"))
        }
        text.skipBlanks()
        let place = place
        let value = try takeValue(of: name)
        if let reason = VariableRules.problem(withValue: value) { throw problem(.badValue, at: place, of: name, reason) }
        guard isFirst else { return }
        guard variables.count < Dotenv.mostVariables else {
            throw problem(.badValue, at: start, of: name, "is one more than \(Dotenv.mostVariables) variables")
        }
        lines[name] = start.line
        variables.append((name, value))
    }

    private mutating func takeValue(of name: String) throws(ManifestProblem) -> String {
        guard let quote = text.next, quote == "'" || quote == "\"" else { return plainValue() }
        let value = try quotedValue(of: name, quote)
        text.skipBlanks()
        guard text.isEndOfLine || text.next == "#" else {
            throw problem(at: place, of: name, "something stands behind the closing quote")
        }
        return value
    }

    /// Up to the end of the line or a comment, without blanks at the end.
    private mutating func plainValue() -> String {
        var value = String.UnicodeScalarView()
        // Blanks were skipped: a # right here is a comment only if there were some.
        var isAfterBlank = text.wasBlank
        while !text.isEndOfLine, let next = text.next {
            if next == "#", isAfterBlank { break }
            isAfterBlank = next == " " || next == "\t"
            value.append(next)
            _ = text.take()
        }
        while let last = value.last, last == " " || last == "\t" { value.removeLast() }
        return String(value)
    }

    private mutating func quotedValue(of name: String, _ quote: Unicode.Scalar) throws(ManifestProblem) -> String {
        let opening = place
        _ = text.take()
        var value = String.UnicodeScalarView()
        while true {
            let place = place
            guard let next = text.take() else { throw problem(at: opening, of: name, "the \(quote) is never closed") }
            if next == quote { return String(value) }
            if next == "\\", quote == "\"" {
                if let escaped = escaped() {
                    value.append(escaped)
                } else if problems.count < ManifestError.mostProblems {
                    let known = #"\n, \t, \r, \", \\ and \$"#
                    problems.append(problem(at: place, of: name, "this backslash begins none of \(known)"))
                }
            } else {
                value.append(next)
            }
        }
    }

    private mutating func escaped() -> Unicode.Scalar? {
        switch text.take() {
        case "n": "\n"
        case "t": "\t"
        case "r": "\r"
        case "\"": "\""
        case "\\": "\\"
        case "$": "$"
        default: nil
        }
    }
}
