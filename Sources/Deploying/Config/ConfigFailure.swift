public import BeamRelease
import FleetModel

/// A release that does not boot with the configuration that it would get. Secrets are taken out of every text.
public struct ConfigFailure: Error, Sendable, CustomStringConvertible {
    /// The process whose environment it is.
    public let process: String
    /// What the release said, in its own words, as far as they say something.
    public let message: [String]
    /// The file in `releases/<version>`, where it is told.
    public let file: String?
    /// The line in it, from 1.
    public let line: Int?
    /// What the release says that it reads, when it could be asked.
    public let reads: RuntimeReads?
    /// The variables that it is about, as far as can be told.
    public let variables: [String]
    /// The exception, such as `ArgumentError`, where there was one.
    public let exception: String?
    /// Why the kernel has ended it for want of memory, in words; nil: it did not.
    public let outOfMemory: String?
    private let how: String
    /// As it came, secrets and all: never shown.
    private let output: String
    private let tookTooLong: Bool
    private let redactor: Redactor

    init(_ process: String, _ outcome: ProgramRun.Outcome, hiding redactor: Redactor) {
        self.init(
            process: process, how: outcome.description, output: outcome.output.joined(separator: "\n"),
            tookTooLong: outcome.tookTooLong, hiding: redactor, reads: nil)
    }

    private init(
        process: String, how: String, output: String, tookTooLong: Bool, hiding redactor: Redactor, reads: RuntimeReads?
    ) {
        // The VM prints texts as lists of bytes too, in which a secret would not be found: so it is read first. What was said before
        // it was ended is no reason.
        let failure = tookTooLong ? nil : PreflightFailure.find(in: output, reads: reads)
        let words = (failure?.message ?? []).map(redactor.redacted)
        self.process = process
        self.how = how
        self.output = output
        self.tookTooLong = tookTooLong
        self.redactor = redactor
        self.reads = reads
        outOfMemory = output.split(whereSeparator: \.isNewline).lazy.compactMap { OutOfMemory.words(ofLine: String($0)) }.first
        message =
            outOfMemory.map { ["its boot was \($0)"] }
            ?? (words.isEmpty ? ["its boot \(how)"] + Self.lastWords(output).map(redactor.redacted) : words)
        file = failure?.file
        line = failure?.line
        variables = failure?.variables ?? []
        exception = failure?.exception
    }

    /// The last lines of an output that nobody can read a reason out of, without those in which the VM has written texts as numbers.
    private static func lastWords(_ output: String) -> [String] {
        let lines = output.split(whereSeparator: \.isNewline).filter { line in
            !line.allSatisfy(\.isWhitespace) && !line.contains("Crash dump") && line.firstMatch(of: /<<[0-9]/) == nil
        }
        return lines.suffix(5).map { String($0.prefix(300)) }
    }

    /// The same, with what the release says that it reads: which names the variable of a line.
    func explained(by reads: RuntimeReads?) -> ConfigFailure {
        ConfigFailure(
            process: process, how: how, output: output, tookTooLong: tookTooLong, hiding: redactor, reads: reads)
    }

    /// One line.
    public var description: String {
        let place = file.map { file in file + (line.map { ":\($0)" } ?? "") + ": " } ?? ""
        // A line that ends so only announces the next.
        let first = message.first ?? "its boot \(how)"
        let next = message.dropFirst().first { !$0.allSatisfy(\.isWhitespace) }?.drop { $0 == " " || $0 == "*" }
        return place + first + (first.hasSuffix(":") ? next.map { " \($0)" } ?? "" : "")
    }
}
