public import HTTPTransport

extension DockerEngine {
    /// A program that is to run in a container beside what runs there.
    public struct ExecSpec: Hashable, Sendable {
        /// The container, by name or id.
        public var container: String
        /// The program and its arguments.
        public var words: [String]
        /// More variables of its environment, `NAME=value`.
        public var environment: [String]
        /// Whether it gets a terminal; then what it writes comes as one stream.
        public var hasTerminal: Bool

        /// Makes one.
        public init(container: String, words: [String], environment: [String] = [], hasTerminal: Bool = false) {
            self.container = container
            self.words = words
            self.environment = environment
            self.hasTerminal = hasTerminal
        }
    }

    /// Prepares it; nothing runs yet. Returns its id. Throws ``DockerError`` `.notFound` without the container, `.conflict` when that does
    /// not run.
    public func makeExec(_ spec: ExecSpec) async throws -> String {
        struct Made: Decodable {
            var id: String

            enum CodingKeys: String, CodingKey {
                case id = "Id"
            }
        }
        let body = EngineBody.object([
            "AttachStdin": .flag(true), "AttachStdout": .flag(true), "AttachStderr": .flag(true),
            "Tty": .flag(spec.hasTerminal), "Cmd": .words(spec.words), "Env": .words(spec.environment),
        ])
        let path = "/containers/\(PercentEncoding.encoded(spec.container))/exec"
        let made: Made = try await ask(try call("POST", path, body: body), "run a program in \(spec.container)")
        return made.id
    }

    /// Starts it, and returns when it has ended and all that it wrote was handed over. An Engine that answers no more ends this.
    ///
    /// - Parameters:
    ///   - input: Sends what it reads; cancelled when it has ended.
    ///   - output: Gets what it writes.
    ///
    /// Throws ``DockerError``, and what `input` and `output` throw.
    public func runExec(
        _ id: String, hasTerminal: Bool, input: @escaping @Sendable (HTTPUpgrade) async throws -> Void,
        output: @escaping @Sendable (ContainerOutput.Stream, ArraySlice<UInt8>) throws -> Void
    ) async throws {
        let body = EngineBody.object(["Detach": .flag(false), "Tty": .flag(hasTerminal)])
        let call = try call("POST", "/exec/\(PercentEncoding.encoded(id))/start", body: body)
        do {
            try await whileAnswering {
                let frames = ExecFrames(hasTerminal: hasTerminal)
                try await HTTPTransport.upgrade(call, to: "tcp", send: input) { piece in
                    for (stream, bytes) in try frames.take(piece) { try output(stream, bytes) }
                }
            }
        } catch let refusal as HTTPRefusal {
            throw DockerError(status: refusal.status, body: refusal.body, what: "run a program")
        } catch let failure as HTTPFailure {
            throw DockerError(failure, host: host)
        }
    }

    /// Tells it how large its terminal is. Throws ``DockerError``.
    public func resizeExec(_ id: String, rows: Int, columns: Int) async throws {
        let query = [("h", "\(rows)"), ("w", "\(columns)")]
        try await send(try call("POST", "/exec/\(PercentEncoding.encoded(id))/resize", query), "resize a terminal")
    }

    /// The code that it ended with, or 128 and a signal's number; nil while it runs. Throws ``DockerError``.
    public func exitCode(ofExec id: String) async throws -> Int32? {
        struct Facts: Decodable {
            var isRunning: Bool
            var code: Int32?

            enum CodingKeys: String, CodingKey {
                case isRunning = "Running"
                case code = "ExitCode"
            }
        }
        let facts: Facts = try await ask(try call("GET", "/exec/\(PercentEncoding.encoded(id))/json"), "a program")
        return facts.isRunning ? nil : facts.code
    }
}
