/// Why a release did not boot as far as its configuration goes, read out of what its VM has printed.
///
/// The texts are the release's own and may hold values of variables: whoever shows them takes secrets out first.
public struct PreflightFailure: Hashable, Sendable {
    /// What has failed.
    public enum Kind: String, Hashable, Sendable {
        /// `runtime.exs`, or another config provider.
        case runtimeConfig
        /// The VM did not take `sys.config`.
        case systemConfig
        /// The VM did not take its arguments.
        case vmArguments
        /// `env.sh` has ended the start script.
        case environmentScript
        /// Something else.
        case other
    }

    /// What has failed.
    public var kind: Kind
    /// The exception, such as `System.EnvError`.
    public var exception: String?
    /// What it says, twenty lines at most; without the stack and the VM's own words on its end.
    public var message: [String]
    /// The file's name in `releases/<version>`.
    public var file: String?
    /// The line in the file, from 1.
    public var line: Int?
    /// The variables that it is about.
    public var variables: [String]

    /// How much of an output is looked at, in bytes.
    public static let longestOutput = 256 << 10
    /// How many lines a message has at most, and how many characters a line.
    static let mostLines = 20
    static let longestLine = 500

    /// Reads the output, standard error and standard output together, of a boot that has failed.
    ///
    /// - Parameter reads: what `runtime.exs` reads, to name the variables where the message does not.
    /// - Returns: nil when there is nothing in the output.
    public static func find(in output: String, reads: RuntimeReads? = nil) -> PreflightFailure? {
        let text = BootOutput(output)
        guard var failure = providers(text) ?? systemConfig(text) ?? arguments(text) ?? script(text) ?? other(text) else {
            return nil
        }
        failure.message = failure.message.prefix(mostLines).map { String($0.prefix(longestLine)) }
        failure.addVariables(reads)
        return failure
    }

    private static func providers(_ text: BootOutput) -> PreflightFailure? {
        guard let error = text.exception ?? text.terminationTerm?.exception else { return nil }
        var message = error.message
        // since Elixir 1.16 the compiler says what is wrong before the exception does
        if message.first?.contains("errors have been logged") == true, !text.diagnostics.isEmpty { message = text.diagnostics }
        let line = text.runtimeLine(in: error)
        return PreflightFailure(
            kind: .runtimeConfig, exception: error.name, message: message, file: line == nil ? nil : "runtime.exs", line: line,
            variables: [])
    }

    /// `error in config file "path" (line): reason`, its quotes escaped when it stands in a term.
    private static func systemConfig(_ text: BootOutput) -> PreflightFailure? {
        for line in text.lines {
            guard let rest = line.rest(after: "error in config file "), let place = rest.rest(after: "\" ("),
                let reason = place.rest(after: "): ")
            else { continue }
            // the end of the term, or of the sentence, that the reason stands in
            let end = ["\"}", "\")", ")"].first { reason.hasSuffix($0) } ?? ""
            return PreflightFailure(
                kind: .systemConfig, exception: nil, message: [String(reason.dropLast(end.count))], file: "sys.config",
                line: place.leadingNumber, variables: [])
        }
        return nil
    }

    private static func arguments(_ text: BootOutput) -> PreflightFailure? {
        guard let usage = text.lines.firstIndex(where: { $0.hasPrefix("Usage: beam") || $0.hasPrefix("Usage: erl") }) else {
            return nil
        }
        let message = text.lines[..<usage].filter { !$0.isEmpty }
        return PreflightFailure(
            kind: .vmArguments, exception: nil, message: message.suffix(3), file: "vm.args", line: nil, variables: [])
    }

    /// dash: `bin/app: 21: …/env.sh: NAME: is not set`; bash: `…/env.sh: line 21: NAME: is not set`.
    private static func script(_ text: BootOutput) -> PreflightFailure? {
        for line in text.lines {
            guard let rest = line.rest(after: "/env.sh: ") else { continue }
            var reason = rest
            var number = line.rest(after: ": ")?.leadingNumber
            if rest.hasPrefix("line "), let place = rest.rest(after: " ")?.leadingNumber, let behind = rest.rest(after: ": ") {
                (number, reason) = (place, behind)
            }
            let name = reason.until { $0 == UInt8(ascii: ":") }
            let isVariable = LintNames.isVariable(name) && name.endIndex < reason.endIndex
            return PreflightFailure(
                kind: .environmentScript, exception: nil, message: [String(reason)], file: "env.sh", line: number,
                variables: isVariable ? [String(name)] : [])
        }
        return nil
    }

    private static func other(_ text: BootOutput) -> PreflightFailure? {
        let lines = text.lines.filter { !$0.isEmpty && !BootOutput.isNoise($0) }
        guard !lines.isEmpty else { return nil }
        return PreflightFailure(
            kind: .other, exception: nil, message: lines.suffix(mostLines), file: nil, line: nil, variables: [])
    }

    // MARK: Variables

    /// Those that the message names; else those that are read where it has failed.
    private mutating func addVariables(_ reads: RuntimeReads?) {
        let all = reads?.reads ?? []
        if variables.isEmpty { variables = named(among: Set(all.map(\.name))) }
        guard kind == .runtimeConfig else { return }
        if variables.isEmpty, let line {
            variables = all.filter { $0.line == line }.map(\.name).unique { $0 }
        }
        if line == nil, let read = all.first(where: { $0.name == variables.first && $0.need == .required }) {
            (file, line) = ("runtime.exs", read.line)
        }
    }

    private func named(among known: Set<String>) -> [String] {
        var names: [String] = []
        for text in message {
            for match in text.matches(of: /environment variable "?([A-Za-z_][A-Za-z0-9_]*)/) { names.append(String(match.1)) }
            for word in text.split(whereSeparator: { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }) {
                if known.contains(String(word)) { names.append(String(word)) }
            }
        }
        let known = names.filter { known.contains($0) }
        return (known.isEmpty ? names : known).unique { $0 }
    }
}
