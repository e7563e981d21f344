import FoundationEssentials
public import HTTPTransport
import NIOCore

/// Speaks to a Docker Engine (Engine API 1.41, which every Engine since 20.10 serves).
public struct DockerEngine: Sendable {
    let transport: HTTPTransport
    /// Where it is.
    public let host: DockerHost
    /// How long it may say nothing before it is asked for a sign of life, and how long it has for that.
    let patience: Duration
    private static let version = "v1.41"

    /// Makes one; nothing is asked yet.
    ///
    /// - Parameter patience: How long it may say nothing before it is asked for a sign of life, and how long it has for that.
    public init(transport: HTTPTransport, host: DockerHost, patience: Duration = .seconds(5)) {
        (self.transport, self.host, self.patience) = (transport, host, patience)
    }

    // MARK: Calls

    func call(
        _ method: String, _ path: String, _ query: [(String, String)] = [], body: (some Encodable)? = String?.none
    ) throws -> HTTPCall {
        let items = query.map { "\($0.0)=\(PercentEncoding.encoded($0.1))" }.joined(separator: "&")
        var headers: [(name: String, value: String)] = [("Host", "docker")]
        var bytes: ByteBuffer?
        if let body {
            headers.append(("Content-Type", "application/json"))
            bytes = ByteBuffer(bytes: try JSONEncoder().encode(body))
        }
        return HTTPCall(
            method, "/\(Self.version)\(path)" + (items.isEmpty ? "" : "?\(items)"), at: host.target, headers: headers, body: bytes
        )
    }

    /// Sends a call; an answer that is none of success throws ``DockerError``.
    @discardableResult
    func send(_ call: HTTPCall, _ what: String, timeout: Duration = .seconds(120)) async throws -> [UInt8] {
        do {
            let answer = try await whileAnswering { [transport] in try await transport.send(call, timeout: timeout) }
            let body = Array(answer.body.readableBytesView)
            // 304: it is so already.
            guard answer.isSuccess || answer.status == 304 else {
                throw DockerError(status: answer.status, body: body, what: what)
            }
            return body
        } catch let failure as HTTPFailure {
            throw DockerError(failure, host: host)
        }
    }

    func ask<Answer: Decodable>(
        _ call: HTTPCall, _ what: String, as: Answer.Type = Answer.self, timeout: Duration = .seconds(120)
    ) async throws -> Answer {
        let body = try await send(call, what, timeout: timeout)
        return try Self.read(Answer.self, from: body, what)
    }

    static func read<Answer: Decodable>(_: Answer.Type, from body: [UInt8], _ what: String) throws -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(body))
        } catch {
            throw DockerError(.protocolBroken, "\(what): the Engine's answer is not understood")
        }
    }

    /// Hands over the pieces of an answer that goes on. When none comes for a while, the Engine is asked for a sign of life.
    func watchedStream<Value: Sendable>(
        _ call: HTTPCall, _ what: String, _ read: @escaping @Sendable (HTTPBody) async throws -> Value
    ) async throws -> Value {
        try await whileAnswering { try await stream(call, what, read) }
    }

    /// Hands over the pieces of an answer that goes on, which may be silent for days.
    func stream<Value>(_ call: HTTPCall, _ what: String, _ read: (HTTPBody) async throws -> Value) async throws -> Value {
        do {
            return try await transport.stream(call) { head, body in
                guard head.isSuccess else {
                    var bytes: [UInt8] = []
                    for try await piece in body where bytes.count < 64 << 10 { bytes += piece }
                    throw DockerError(status: head.status, body: bytes, what: what)
                }
                return try await read(body)
            }
        } catch let failure as HTTPFailure {
            throw DockerError(failure, host: host)
        }
    }

    // MARK: The Engine itself

    /// What an Engine says of itself.
    public struct Facts: Decodable, Hashable, Sendable {
        /// `20.10.24`.
        public var version: String
        /// The newest interface that it serves: `1.41`.
        public var api: String
        /// Go's name of its system.
        public var os: String
        /// Go's name of its architecture.
        public var architecture: String

        enum CodingKeys: String, CodingKey {
            case version = "Version"
            case api = "ApiVersion"
            case os = "Os"
            case architecture = "Arch"
        }
    }

    /// The folder, on its machine, in which it keeps images and containers. Throws ``DockerError``.
    public func rootFolder() async throws -> String {
        struct Info: Decodable {
            var folder: String

            enum CodingKeys: String, CodingKey {
                case folder = "DockerRootDir"
            }
        }
        let info: Info = try await ask(try call("GET", "/info"), "info")
        return info.folder
    }

    /// Asks what it is. Throws ``DockerError`` `.unreachable`, `.silent`, `.denied`.
    public func facts() async throws -> Facts {
        try await ask(try call("GET", "/version"), "version")
    }
}
