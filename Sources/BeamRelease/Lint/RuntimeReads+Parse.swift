/// Why an answer of the configuration reader is none.
public struct RuntimeReadsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// Longer than ``RuntimeReads/longestAnswer``, or more lines than ``RuntimeReads/mostLines``.
        case tooLong
        /// A line that begins as one of the reader's, and is none.
        case badLine
        /// The last line is missing: the reader did not come to its end.
        case noEnd
    }

    /// What is wrong.
    public let reason: Reason
    /// The line of the output, from 1.
    public let line: Int

    /// One line.
    public var description: String {
        switch reason {
        case .tooLong: "the answer of the configuration reader is too long"
        case .badLine: "line \(line) of the configuration reader's answer is none of its lines"
        case .noEnd: "the configuration reader did not come to its end"
        }
    }
}

extension RuntimeReads {
    /// How many bytes an output may have.
    public static let longestAnswer = 8 << 20
    /// How many lines of the reader an output may have.
    public static let mostLines = 10_000

    private static let prefix = "beamctl-config-reads:1\t"

    /// Reads the output of a VM that has evaluated ``ConfigReader/expression``. Lines that are not the reader's do not count.
    ///
    /// Throws ``RuntimeReadsError`` for an answer that is too long, is not whole, or has a line that cannot be.
    public static func parse(_ output: String) throws(RuntimeReadsError) -> RuntimeReads {
        guard output.utf8.count <= longestAnswer else { throw RuntimeReadsError(reason: .tooLong, line: 1) }
        var answer = RuntimeReads()
        var count = 0
        var number = 0
        for bytes in output.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard bytes.starts(with: prefix.utf8) else { continue }
            count += 1
            guard count <= mostLines else { throw RuntimeReadsError(reason: .tooLong, line: number) }
            let fields = bytes.dropFirst(prefix.utf8.count)
                .split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            if fields.first == "end" {
                guard fields.count == 2, let isComplete = flag(fields[1]) else { throw .init(reason: .badLine, line: number) }
                answer.isSearchComplete = isComplete
                return answer
            }
            guard answer.add(fields) else { throw RuntimeReadsError(reason: .badLine, line: number) }
        }
        throw RuntimeReadsError(reason: .noEnd, line: number)
    }

    /// Takes a line; false when it cannot be.
    private mutating func add(_ fields: [String]) -> Bool {
        switch fields.first {
        case "read":
            guard let read = Self.read(fields) else { return false }
            reads.append(read)
        case "syntax":
            guard fields.count == 4, let line = Self.number(fields[1]), let column = Self.number(fields[2]),
                let message = Base64.text(fields[3])
            else { return false }
            syntaxError = SyntaxError(line: line, column: column, message: message)
        case "code":
            guard fields.count == 3, let name = Base64.text(fields[1]), let application = Base64.text(fields[2]) else {
                return false
            }
            namesInCode[name] = application
        case "export":
            guard fields.count == 3, let name = Base64.text(fields[1]), let value = Base64.text(fields[2]) else { return false }
            exports[name] = value
        case let kind?:
            guard let kind = Note.Kind(rawValue: kind), fields.count == 3, let line = Self.number(fields[1]),
                let what = Base64.text(fields[2])
            else { return false }
            notes.append(Note(kind: kind, line: line, what: what))
        case nil: return false
        }
        return true
    }

    private static func read(_ fields: [String]) -> Read? {
        guard fields.count == 8, let name = Base64.text(fields[1]), !name.isEmpty, let line = number(fields[2]),
            let column = number(fields[3]), let isCertain = flag(fields[4]), let need = need(fields[5], fields[6]),
            fields[7] == "integer" || fields[7] == "text"
        else { return nil }
        return Read(
            name: name, line: line, column: column, isCertain: isCertain, need: need, isInteger: fields[7] == "integer")
    }

    private static func need(_ word: String, _ text: String) -> Need? {
        switch (word, text) {
        case ("required", "-"): .required
        case ("optional", "-"): .optional
        case ("default", "-"): nil
        case ("default", let text): Base64.text(text).map(Need.defaulted)
        default: nil
        }
    }

    /// Digits alone, nine at most.
    private static func number(_ text: String) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func flag(_ text: String) -> Bool? {
        switch text {
        case "1": true
        case "0": false
        default: nil
        }
    }
}
