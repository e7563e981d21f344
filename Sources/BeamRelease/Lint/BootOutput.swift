/// The output of a VM that did not boot, in lines.
///
/// The exception goes to standard error and the reason of the end to standard output, by processes that do not wait for each
/// other: so either may stand in the midst of the other, and the exception may be missing, for the VM ends in between.
struct BootOutput {
    /// An exception: its name, its message, and its stack or what stands for it.
    struct Failure {
        var name: String
        var message: [String]
        var stack: [String]
    }

    /// How many lines are kept of the beginning, and of the end.
    private static let mostLines = 1000
    /// How many bytes of a line are kept.
    private static let longestLine = 16 << 10

    /// The lines, without colours.
    let lines: [String]

    init(_ output: String) {
        let all = output.utf8.prefix(PreflightFailure.longestOutput)
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let kept = all.count <= 2 * Self.mostLines ? all : all.prefix(Self.mostLines) + all.suffix(Self.mostLines)
        lines = kept.map { Self.plain($0.prefix(Self.longestLine)) }
    }

    /// Without escape sequences (ECMA-48, 5.4) and control characters.
    private static func plain(_ line: Substring.UTF8View) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(line.count)
        var isEscape = false
        for byte in line {
            if isEscape {
                isEscape = byte == UInt8(ascii: "[") || !(0x40...0x7E).contains(byte)
            } else if byte == 0x1B {
                isEscape = true
            } else if byte >= 0x20 || byte == UInt8(ascii: "\t") {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The VM's own words on its end.
    static func isNoise(_ line: String) -> Bool {
        noise.contains { line.hasPrefix($0) } || isTermination(line)
    }

    private static let noise = [
        "init terminating in do_boot", "Crash dump is being written", "ERROR! Config provider", "Crash dump was written",
        "could not start kernel pid", "Could not start kernel pid",
    ]

    /// Whether a line holds the reason of the end. The exception may have begun before its first brace has come through.
    private static func isTermination(_ line: String) -> Bool {
        ["Runtime terminating during boot (", "{\"init terminating in do_boot\",", "\"init terminating in do_boot\","]
            .contains { line.hasPrefix($0) }
    }

    /// The first `** (Name) message`, with its stack.
    var exception: Failure? {
        for (index, line) in lines.enumerated() {
            // the other text may have begun on the same line
            guard ["** (", "{** ("].contains(where: { line.hasPrefix($0) }), let rest = line.rest(after: "** (") else { continue }
            let name = rest.until { $0 == UInt8(ascii: ")") }
            guard !name.isEmpty, name.utf8.allSatisfy({ LintNames.isWord($0) || $0 == UInt8(ascii: ".") }),
                let text = rest.rest(after: ")")
            else { continue }
            var message = [String(text.first == " " ? text.dropFirst() : text)]
            var stack: [String] = []
            for line in lines[(index + 1)...].prefix(200) {
                if Self.isNoise(line) { break }
                if !stack.isEmpty || Self.isFrame(line) {
                    stack.append(line)
                } else {
                    message.append(line)
                }
            }
            while message.last?.isEmpty == true { message.removeLast() }
            return Failure(name: String(name), message: message, stack: stack)
        }
        return nil
    }

    /// A line of a stack: `    (elixir 1.14.0) lib/system.ex:706: …`, `    path.exs:12: (file)`, `    :erlang.f(…)`.
    private static func isFrame(_ line: String) -> Bool {
        guard line.hasPrefix("    ") else { return false }
        return line.prefix(300).firstMatch(of: /^ {4}(\([a-z0-9_]+ [^)\s]+\) |:[a-z0-9_]+\.|\S+\.(ex|exs|erl):\d+: )/) != nil
    }

    /// The reason of the end, a term.
    var terminationTerm: TerminationTerm? { lines.first(where: Self.isTermination).map(TerminationTerm.init) }

    /// What the compiler says before the exception.
    var diagnostics: [String] {
        guard let start = lines.firstIndex(where: { $0.drop { $0 == " " }.hasPrefix("error: ") }) else { return [] }
        let rest = lines[start...].prefix { !$0.isEmpty && !Self.isNoise($0) }
        return rest.prefix(PreflightFailure.mostLines).map { $0.hasPrefix("    ") ? String($0.dropFirst(4)) : $0 }
    }

    /// The line of `runtime.exs`: in the message, in the stack, in the compiler's words, in the reason of the end.
    func runtimeLine(in failure: Failure) -> Int? {
        for text in failure.message + failure.stack + diagnostics {
            if let line = text.rest(after: "runtime.exs:")?.leadingNumber { return line }
        }
        return terminationTerm?.runtimeLine
    }
}
