import FoundationEssentials
import HTTPTransport
import JSONText
import NIOCore

/// Speaks to an API server as one context of a kubeconfig.
///
/// A value that shares one pool of connections with its copies. ``shutdown()`` has to be called in the end. Everything that fails
/// throws ``KubernetesError``, and `CancellationError` when the task was cancelled.
public struct KubernetesClient: Sendable {
    /// How it is reached and as whom.
    public let access: ClusterAccess
    let transport: HTTPTransport
    let credentials: Credentials
    let discovery = Discovery()
    let retries: RetryPolicy

    /// The manager of the fields that are applied.
    public static let fieldManager = "beamctl"
    /// How long an answer may take.
    static let patience = Duration.seconds(60)
    /// How long a list, an object or what else comes whole may be.
    static let longestBody = 32 << 20

    /// Makes one; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - environment: The user's own, for the programs that give credentials.
    ///   - onLine: Hears what such a program says to its user.
    public init(
        _ access: ClusterAccess, environment: [String: String],
        onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        let runner = PluginRunner(environment: environment, onLine: onLine)
        self.init(
            access, retries: RetryPolicy(),
            world: Credentials.World(
                now: { Date.now.timeIntervalSince1970 }, read: SystemFiles.read, run: { try await runner.run($0) }))
    }

    init(_ access: ClusterAccess, retries: RetryPolicy, world: Credentials.World) {
        self.access = access
        self.retries = retries
        credentials = Credentials(access.credential, trust: access.trust, world: world)
        // The certificate's name stands in the URL, and the place where the server is in truth behind it.
        let places = access.serverName.map { [$0: access.server.host] } ?? [:]
        transport = HTTPTransport(proxy: access.proxy, places: places, multiplexes: false)
    }

    /// Closes every connection.
    public func shutdown() async { await transport.shutdown() }

    /// The namespace of the context.
    public var namespace: String { access.namespace }

    // MARK: Requests

    /// One request, as a value.
    struct Request: Sendable {
        var method: String
        /// With its query.
        var path: String
        var body: JSONValue?
        var contentType = "application/json"
        var repeatability: RetryPolicy.Repeatability
        var patience = KubernetesClient.patience
    }

    /// Asks, with patience for what passes. The answer is a JSON value, or null.
    @discardableResult
    func send(_ request: Request) async throws -> JSONValue {
        var generator = SystemRandomNumberGenerator()
        for number in 1... {
            do {
                return try await attempt(request)
            } catch let failed as Failed {
                let wait = retries.wait(
                    after: failed.error, attempt: number, request.repeatability, wasRefused: failed.wasRefused,
                    jitter: Double.random(in: 0...1, using: &generator))
                guard let wait else { throw failed.error }
                try await Task.sleep(for: wait)
            }
        }
        return .null
    }

    /// An attempt that failed, and whether it never reached the server.
    private struct Failed: Error {
        var error: KubernetesError
        var wasRefused = false
    }

    private func attempt(_ request: Request) async throws -> JSONValue {
        var credential = try await credentials.current()
        var answer = try await answer(request, credential)
        if answer.status == 401, await credentials.reject(credential) {
            credential = try await credentials.current()
            answer = try await self.answer(request, credential)
        }
        let body = Array(answer.body.readableBytesView)
        guard answer.isSuccess else { throw Failed(error: error(answer.head, body, request.method, request.path)) }
        guard !body.isEmpty else { return .null }
        do {
            return try JSONReader.read(body)
        } catch {
            throw KubernetesError(
                .protocolBroken, "\(request.method) \(request.path): \(access.server) answers no JSON",
                next: "is this the address of an API server?")
        }
    }

    private func answer(_ request: Request, _ credential: Credential) async throws -> HTTPAnswer {
        do {
            return try await transport.send(
                call(request, credential), timeout: request.patience, bodyLimit: Self.longestBody)
        } catch let failure as HTTPFailure {
            throw Failed(error: error(failure, request.method, request.path), wasRefused: failure.reason == .refused)
        }
    }

    func call(_ request: Request, _ credential: Credential) -> HTTPCall {
        let host = access.serverName ?? access.server.host
        let target: HTTPCall.Target =
            access.server.isSecure ? .tls(host: host, port: access.server.port) : .tcp(host: host, port: access.server.port)
        // Logs, exec and port-forward are refused to one who takes JSON alone.
        var headers: [(name: String, value: String)] = [("Accept", "application/json, */*"), ("User-Agent", "beamctl")]
        headers += credential.headers + access.impersonation
        var call = HTTPCall(request.method, access.server.basePath + request.path, at: target, headers: headers)
        if let body = request.body {
            call.headers.append(("Content-Type", request.contentType))
            call.body = ByteBuffer(bytes: body.bytes)
        }
        call.tls = credential.tls
        return call
    }

    // MARK: Streams

    /// Hands over an answer that goes on, for as long as it comes: nothing but the end of the task ends the wait for its next piece.
    func stream<Value>(_ path: String, _ read: (HTTPBody) async throws -> Value) async throws -> Value {
        let credential = try await credentials.current()
        do {
            return try await stream(path, credential, read)
        } catch let error as KubernetesError where error.code == .unauthorized {
            guard await credentials.reject(credential) else { throw error }
        }
        return try await stream(path, try await credentials.current(), read)
    }

    private func stream<Value>(
        _ path: String, _ credential: Credential, _ read: (HTTPBody) async throws -> Value
    ) async throws -> Value {
        do {
            let request = Request(method: "GET", path: path, repeatability: .safe)
            return try await transport.stream(call(request, credential)) { head, body in
                try await reading(head, body, path, read)
            }
        } catch let failure as HTTPFailure {
            throw error(failure, "GET", path)
        }
    }

    private func reading<Value>(
        _ head: HTTPHead, _ body: HTTPBody, _ path: String, _ read: (HTTPBody) async throws -> Value
    ) async throws -> Value {
        guard !head.isSuccess else { return try await read(body) }
        var bytes: [UInt8] = []
        for try await piece in body {
            bytes += piece
            if bytes.count > 64 << 10 { break }
        }
        throw error(head, bytes, "GET", path)
    }

    // MARK: Errors

    func error(_ head: HTTPHead, _ body: [UInt8], _ method: String, _ path: String) -> KubernetesError {
        KubernetesError(head, body: body, method: method, path: path, server: "\(access.server)")
    }

    func error(_ failure: HTTPFailure, _ method: String, _ path: String) -> KubernetesError {
        KubernetesError(failure, method: method, path: path, server: "\(access.server)")
    }
}
