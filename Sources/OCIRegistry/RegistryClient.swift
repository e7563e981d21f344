public import HTTPTransport
import NIOCore
import OCIImage

/// Speaks to registries (OCI distribution specification 1.1): pulls and pushes images, with what `docker login` left as credentials.
///
/// What may be tried again is tried again, up to five times: a broken connection, 429 and 5xx, after what `Retry-After` says or
/// after 0.25 s, 0.5 s, 1 s, 2 s.
public struct RegistryClient: Sendable {
    let transport: HTTPTransport
    let limits: Limits
    private let authorizer: Authorizer
    private let sleep: @Sendable (Duration) async throws -> Void

    static let agent = "beamctl"

    /// What is sent and waited for at most.
    public struct Limits: Hashable, Sendable {
        /// Bytes of a blob that is sent in one request; a larger one is sent in pieces, for proxies before registries cap requests.
        public var wholeBlob = 96 << 20
        /// Bytes of such a piece.
        public var piece = 32 << 20
        /// How often something is tried.
        public var attempts = 5
        /// How long a request may take that carries no blob.
        public var patience = Duration.seconds(60)
        /// How many blobs are on their way at once.
        public var parallel = 4

        /// Makes the usual ones.
        public init() {}
    }

    /// Makes one.
    public init(
        transport: HTTPTransport, credentials: any CredentialSource, limits: Limits = Limits(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.transport = transport
        self.limits = limits
        self.sleep = sleep
        authorizer = Authorizer(transport: transport, credentials: credentials)
    }

    // MARK: One request

    /// What is asked of a repository.
    struct Request {
        var method: String
        /// Below `/v2/<repository>`.
        var path: String
        var headers: [(name: String, value: String)] = []
        var body: ByteBuffer?
        var upload: HTTPUpload?
        /// `pull`, or `pull,push`.
        var actions = "pull"
        /// Other repositories of the registry that are read on the way.
        var others: [String] = []
        /// Where the registry said that the upload goes on; nil: to ``path``.
        var location: WebLocation?
    }

    /// Sends a request until there is an answer that is none of the passing kind; 401 is answered with credentials.
    func send(_ request: Request, to image: ImageReference) async throws -> HTTPAnswer {
        try await retrying { attempt in
            let answer = try await authorized(request, image) { call in
                try await transport.send(call, timeout: request.upload == nil ? limits.patience : .seconds(3600))
            }
            if Self.passes(answer.status), attempt < limits.attempts { return .again(after: Self.wish(answer.head)) }
            return .done(answer)
        } place: {
            Self.place(request, image)
        }
    }

    /// Sends a call, and once more with credentials when they are asked for.
    func authorized(
        _ request: Request, _ image: ImageReference, _ exchange: (HTTPCall) async throws -> HTTPAnswer
    ) async throws -> HTTPAnswer {
        let address = RegistryAddress(image.registry)
        let scope =
            ([image.repository].map { "repository:\($0):\(request.actions)" } + request.others.map { "repository:\($0):pull" })
            .joined(separator: " ")
        var field = authorizer.field(for: address, scope: scope)
        for _ in 0..<2 {
            let answer = try await exchange(call(request, image, address, field))
            guard answer.status == 401 else { return answer }
            let challenges = answer.head.values(of: "WWW-Authenticate").flatMap(AuthChallenge.read)
            guard let better = try await authorizer.answer(challenges, from: address, scope: scope, sent: field) else {
                return answer
            }
            field = better
        }
        return try await exchange(call(request, image, address, field))
    }

    private func call(_ request: Request, _ image: ImageReference, _ address: RegistryAddress, _ field: String?) -> HTTPCall {
        let location = request.location
        // What a registry redirects to elsewhere gets no password of the registry.
        let isOwn = location == nil || location?.target == address.target
        var headers = request.headers + [(name: "User-Agent", value: Self.agent)]
        headers.append((name: "Host", value: location?.authority ?? address.authority))
        if isOwn, let field { headers.append((name: "Authorization", value: field)) }
        var call = HTTPCall(
            request.method, location?.path ?? "/v2/\(image.repository)\(request.path)", at: location?.target ?? address.target,
            headers: headers, body: request.body)
        call.upload = request.upload
        return call
    }

    // MARK: Again

    enum Outcome<Value> {
        case done(Value)
        case again(after: Duration?)
    }

    /// Tries until it is done; a broken connection is tried again, too.
    func retrying<Value>(
        _ body: (_ attempt: Int) async throws -> Outcome<Value>, place: () -> String
    ) async throws -> Value {
        var pause = Duration.milliseconds(250)
        for attempt in 1...limits.attempts {
            var wish: Duration?
            do {
                switch try await body(attempt) {
                case .done(let value): return value
                case .again(let after): wish = after
                }
            } catch let failure as HTTPFailure {
                guard attempt < limits.attempts, failure.reason != .refused else {
                    throw RegistryError(
                        .unreachable, at: place(), "\(failure.why), tried \(attempt == 1 ? "once" : "\(attempt) times")")
                }
            }
            try await sleep(min(wish ?? pause, .seconds(30)))
            pause = pause * 2
        }
        throw RegistryError(.unreachable, at: place(), "tried \(limits.attempts) times")
    }

    static func passes(_ status: Int) -> Bool { status == 429 || status == 408 || (500...599).contains(status) && status != 501 }

    /// `Retry-After`, in seconds (RFC 9110, 10.2.3).
    static func wish(_ head: HTTPHead) -> Duration? {
        head.value(of: "Retry-After").flatMap { Int($0) }.map { .seconds(max(0, min($0, 60))) }
    }

    // MARK: Refusals

    static func place(_ request: Request, _ image: ImageReference) -> String {
        let path = request.location.map { "\($0.authority)\($0.path.prefix { $0 != "?" })" }
        return "\(request.method) \(path ?? "\(image.name)\(request.path.prefix { $0 != "?" })")"
    }

    /// What an answer that was not hoped for means.
    static func refusal(_ answer: HTTPAnswer, to request: Request, _ image: ImageReference) -> RegistryError {
        let said = RegistryRefusal.words(in: Array(answer.body.readableBytesView))
        let reason = "\(answer.status)" + (said.map { " \($0)" } ?? "")
        let place = place(request, image)
        switch answer.status {
        case 401, 403: return RegistryError(.denied, at: place, reason, next: "docker login \(image.registry)")
        case 404: return RegistryError(.notFound, at: place, reason, next: "is \(image) the right name?")
        case 408, 429, 500...599: return RegistryError(.unreachable, at: place, "\(reason), however often it was tried")
        default: return RegistryError(.refused, at: place, reason)
        }
    }
}

extension HTTPFailure {
    /// The reason without the place.
    var why: String {
        switch reason {
        case .refused: "nothing listens there"
        case .timeout: "no answer in time"
        case .handshake: "its certificate is not trusted, or no TLS is spoken there"
        case .broken: "the connection broke"
        }
    }
}
