import FoundationEssentials
import HTTPTransport
import NIOCore

extension DockerEngine {
    /// A container, as its Engine sees it.
    public struct ContainerFacts: Decodable, Hashable, Sendable {
        /// Its id.
        public var id: String
        /// What it is doing.
        public var state: State
        /// How it is set up.
        public var config: Config

        /// What a container is doing.
        public struct State: Decodable, Hashable, Sendable {
            /// `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`.
            public var status: String
            /// The process id on the Engine's machine; 0 when it does not run.
            public var pid: Int
            /// How it ended.
            public var exitCode: Int
            /// Whether the kernel killed it for its memory.
            public var wasOutOfMemory: Bool
            /// Why it could not be started; empty when it could.
            public var error: String
            /// When it was started, RFC 3339.
            public var startedAt: String
            /// When it ended, RFC 3339.
            public var finishedAt: String

            enum CodingKeys: String, CodingKey {
                case status = "Status"
                case pid = "Pid"
                case exitCode = "ExitCode"
                case wasOutOfMemory = "OOMKilled"
                case error = "Error"
                case startedAt = "StartedAt"
                case finishedAt = "FinishedAt"
            }
        }

        /// How it is set up.
        public struct Config: Decodable, Hashable, Sendable {
            /// Its labels.
            public var labels: [String: String]?

            enum CodingKeys: String, CodingKey {
                case labels = "Labels"
            }
        }

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case state = "State"
            case config = "Config"
        }
    }

    private struct Created: Decodable {
        var id: String

        enum CodingKeys: String, CodingKey {
            case id = "Id"
        }
    }

    /// Makes a container; it is not started. Returns its id. Throws ``DockerError`` `.notFound` when there is no such image, `.conflict`
    /// when the name is taken.
    public func create(_ spec: ContainerSpec, name: String) async throws -> String {
        let call = try call("POST", "/containers/create", [("name", name)], body: spec)
        return try await ask(call, "create \(name)", as: Created.self).id
    }

    /// Starts it; nothing happens when it runs.
    public func start(_ container: String) async throws {
        try await send(try call("POST", "/containers/\(PercentEncoding.encoded(container))/start"), "start \(container)")
    }

    /// Sends a signal to its first process; nothing happens when it does not run.
    public func kill(_ container: String, signal: String) async throws {
        do {
            try await send(
                try call("POST", "/containers/\(PercentEncoding.encoded(container))/kill", [("signal", signal)]),
                "kill \(container)")
        } catch let error as DockerError where error.code == .notFound || error.code == .conflict {}
    }

    /// Waits until it does not run. Throws ``DockerError`` `.notFound`, `.unreachable`.
    public func waitForEnd(of container: String) async throws {
        let call = try call("POST", "/containers/\(PercentEncoding.encoded(container))/wait", [("condition", "not-running")])
        try await stream(call, "wait \(container)") { body in for try await _ in body {} }
    }

    /// What it is doing. Throws ``DockerError`` `.notFound`.
    public func container(_ container: String) async throws -> ContainerFacts {
        try await ask(try call("GET", "/containers/\(PercentEncoding.encoded(container))/json"), "container \(container)")
    }

    /// Removes it, with the volumes that only it has; one that runs is killed. Nothing happens when there is none.
    public func remove(container: String) async throws {
        do {
            try await send(
                try call("DELETE", "/containers/\(PercentEncoding.encoded(container))", [("force", "1"), ("v", "1")]),
                "remove \(container)")
        } catch let error as DockerError where error.code == .notFound {}
    }

    /// A container of a list.
    public struct Listed: Decodable, Hashable, Sendable {
        /// Its id.
        public var id: String
        /// Its names, each with a slash before it.
        public var names: [String]
        /// Its labels.
        public var labels: [String: String]

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case names = "Names"
            case labels = "Labels"
        }
    }

    /// Every container with a label `name=value`, whether it runs or not.
    public func containers(label: String) async throws -> [Listed] {
        let filter = String(decoding: try JSONEncoder().encode(["label": [label]]), as: UTF8.self)
        return try await ask(try call("GET", "/containers/json", [("all", "1"), ("filters", filter)]), "list containers")
    }

    /// Unpacks a tar archive into a folder of it, which may be in one of its volumes. It need not run.
    public func put(_ archive: [UInt8], into container: String, at path: String) async throws {
        var call = try call("PUT", "/containers/\(PercentEncoding.encoded(container))/archive", [("path", path)])
        call.headers.append(("Content-Type", "application/x-tar"))
        call.body = ByteBuffer(bytes: archive)
        try await send(call, "copy into \(container)")
    }

    /// A piece of a container's output.
    public struct Output: Hashable, Sendable {
        /// Whether it was written to standard error.
        public var isError: Bool
        /// The bytes; where times are asked for, each line begins with one.
        public var bytes: [UInt8]
    }

    /// Hands over what it has written and writes, until it ends.
    ///
    /// - Parameter since: Seconds since 1970, with nanoseconds after a point: what is older is left out; nil: nothing is.
    public func logs(
        of container: String, follow: Bool, since: String? = nil, _ body: (Output) async throws -> Void
    ) async throws {
        var query = [("stdout", "1"), ("stderr", "1"), ("timestamps", "1")]
        if follow { query.append(("follow", "1")) }
        if let since { query.append(("since", since)) }
        try await stream(try call("GET", "/containers/\(PercentEncoding.encoded(container))/logs", query), "logs of \(container)")
        { pieces in
            var frames = OutputFrames()
            for try await piece in pieces {
                for output in try frames.feed(piece) { try await body(output) }
            }
        }
    }
}

/// Output as the Engine multiplexes it (Engine API, "Attach to a container", "Stream format"): eight bytes before each piece, the first
/// the stream, the last four the length.
struct OutputFrames {
    private var rest: [UInt8] = []
    private static let longest = 16 << 20

    /// The pieces that are whole. Throws ``DockerError`` `.protocolBroken`.
    mutating func feed(_ bytes: [UInt8]) throws(DockerError) -> [DockerEngine.Output] {
        rest += bytes
        var (outputs, start): ([DockerEngine.Output], Int) = ([], 0)
        while rest.count - start >= 8 {
            let length = rest[(start + 4)..<(start + 8)].reduce(0) { $0 << 8 | Int($1) }
            guard rest[start] <= 2, length <= Self.longest else {
                throw DockerError(.protocolBroken, "output of a container is garbled")
            }
            guard rest.count - start - 8 >= length else { break }
            outputs.append(
                DockerEngine.Output(isError: rest[start] == 2, bytes: Array(rest[(start + 8)..<(start + 8 + length)])))
            start += 8 + length
        }
        rest.removeFirst(start)
        return outputs
    }
}
