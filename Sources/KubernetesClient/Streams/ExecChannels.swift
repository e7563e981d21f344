import JSONText

/// What comes of a program that runs in a container.
public enum ExecEvent: Hashable, Sendable {
    /// It wrote to its standard output; with a terminal, everything.
    case output([UInt8])
    /// It wrote to its standard error.
    case errors([UInt8])
    /// It ended with this code; the last event.
    case exited(Int)
}

/// The messages of an exec over a WebSocket (v5.channel.k8s.io, v4.channel.k8s.io), as a value: the first byte of each is its channel.
struct ExecChannels {
    /// The best one first: version 5 can end standard input.
    static let subprotocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"]

    private enum Number {
        static let (input, output, errors, status, resize): (UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 1, 2, 3, 4)
        /// Version 5: ends the channel that the next byte names.
        static let close: UInt8 = 255
    }

    private let canEndInput: Bool

    init(subprotocol: String?) {
        canEndInput = subprotocol == Self.subprotocols[0]
    }

    /// Takes a message. Throws ``KubernetesError`` `.streamFailed` when the program could not be run.
    func receive(_ message: [UInt8]) throws(KubernetesError) -> ExecEvent? {
        guard let channel = message.first else { return nil }
        let rest = Array(message.dropFirst())
        // Each channel begins with an empty message.
        guard !rest.isEmpty else { return nil }
        switch channel {
        case Number.output: return .output(rest)
        case Number.errors: return .errors(rest)
        case Number.status: return .exited(try Self.code(rest))
        default: return nil
        }
    }

    /// A `Status`: success, or a failure whose cause `ExitCode` has the code as its message.
    private static func code(_ bytes: [UInt8]) throws(KubernetesError) -> Int {
        guard let status = try? JSONReader.read(bytes) else {
            throw KubernetesError(.streamFailed, "how the program ended is not understood")
        }
        if status["status"]?.text == "Success" { return 0 }
        let causes = status.at("details", "causes")?.elements ?? []
        if let cause = causes.first(where: { $0["reason"]?.text == "ExitCode" }),
            let code = cause["message"]?.text.flatMap(Int.init)
        {
            return code
        }
        throw KubernetesError(
            .streamFailed, "the program could not be run: \(status["message"]?.text?.prefix(500) ?? "no reason is given")")
    }

    /// A message that goes to the program's standard input.
    func input(_ bytes: some Sequence<UInt8>) -> [UInt8] { [Number.input] + bytes }

    /// A message that ends its standard input; nil where the server cannot do that.
    func endOfInput() -> [UInt8]? { canEndInput ? [Number.close, Number.input] : nil }

    /// A message that says how large its terminal is, in characters.
    func resize(columns: Int, rows: Int) -> [UInt8] {
        let size: JSONValue = .object(["Width": .integer(columns), "Height": .integer(rows)])
        return [Number.resize] + size.bytes
    }
}
