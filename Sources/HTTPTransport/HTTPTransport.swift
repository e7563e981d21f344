import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The one way by which beamctl speaks HTTP as a client: over TCP or a Unix socket, with bounds on time and size, and without
/// following redirects.
public struct HTTPTransport: Sendable {
    private let client: HTTPClient
    let proxy: HTTPProxy?
    let places: [String: String]

    /// Makes a client with a pool of connections of its own. ``shutdown()`` has to be called in the end.
    ///
    /// - Parameters:
    ///   - proxy: What everything goes through.
    ///   - places: Where a host of calls is in truth: `["kubernetes": "10.0.0.7"]` speaks to 10.0.0.7, whose certificate has to be that
    ///     of `kubernetes`.
    ///   - multiplexes: Whether several calls may share a connection (HTTP/2). A connection that died without a word is then found
    ///     by each of them anew, while one of HTTP/1.1 is closed by the first that waits in vain.
    public init(proxy: HTTPProxy? = nil, places: [String: String] = [:], multiplexes: Bool = true) {
        (self.proxy, self.places) = (proxy, places)
        var configuration = HTTPClient.Configuration()
        configuration.proxy = proxy?.configuration
        configuration.dnsOverride = places
        if !multiplexes { configuration.httpVersion = .http1Only }
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        // Who calls knows better whether to try again: a refusal is an answer.
        configuration.connectionPool.retryConnectionEstablishment = false
        // An answer that goes on holds its connection: a Docker Engine has one for each container whose log is followed.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 2048
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes every connection.
    public func shutdown() async {
        try? await client.shutdown()
    }

    /// Sends a request and reads the whole answer. Throws ``HTTPFailure``, and `CancellationError`.
    public func send(_ call: HTTPCall, timeout: Duration, bodyLimit: Int = 16 << 20) async throws -> HTTPAnswer {
        try await translating(call) {
            let response = try await client.execute(request(call), timeout: timeout.timeAmount)
            let body = try await response.body.collect(upTo: bodyLimit)
            return HTTPAnswer(head: HTTPHead(response), body: body)
        }
    }

    /// Sends a request and hands over the body piece by piece, for as long as it comes. `read` gets the head and the pieces.
    public func stream<Value>(
        _ call: HTTPCall, read: (_ head: HTTPHead, _ body: HTTPBody) async throws -> Value
    ) async throws -> Value {
        let response = try await translating(call) { try await client.execute(request(call), deadline: .distantFuture) }
        return try await read(HTTPHead(response), HTTPBody(call: call, pieces: response.body))
    }

    private func request(_ call: HTTPCall) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        request.tlsConfiguration = call.tls?.configuration
        for (name, value) in call.headers { request.headers.add(name: name, value: value) }
        if let upload = call.upload {
            request.body = upload.body()
        } else if let body = call.body {
            request.body = .bytes(body)
        }
        return request
    }

    private func translating<Value>(_ call: HTTPCall, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            throw HTTPFailure.translated(error, of: call)
        }
    }
}

/// The body of an answer, in pieces as they arrive.
public struct HTTPBody: AsyncSequence, Sendable {
    fileprivate let call: HTTPCall
    fileprivate let pieces: HTTPClientResponse.Body

    /// Bytes.
    public typealias Element = [UInt8]

    /// Reads piece by piece; throws ``HTTPFailure`` when the connection breaks.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let call: HTTPCall
        fileprivate var pieces: HTTPClientResponse.Body.AsyncIterator

        /// The next piece; nil at the end.
        public mutating func next() async throws -> [UInt8]? {
            do {
                return try await pieces.next().map { Array($0.readableBytesView) }
            } catch {
                throw HTTPFailure.translated(error, of: call)
            }
        }
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(call: call, pieces: pieces.makeAsyncIterator())
    }
}

extension HTTPHead {
    fileprivate init(_ response: HTTPClientResponse) {
        self.init(status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) })
    }
}

extension HTTPCall {
    fileprivate var url: String {
        switch target {
        case .tcp(let host, let port): "http://\(Self.bracketed(host)):\(port)\(path)"
        case .tls(let host, let port): "https://\(Self.bracketed(host)):\(port)\(path)"
        case .unix(let socket): "http+unix://\(PercentEncoding.encoded(socket))\(path)"
        }
    }

    /// An IPv6 address stands between brackets in a URL (RFC 3986).
    static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}

extension Duration {
    var timeAmount: TimeAmount {
        .nanoseconds(components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000)
    }
}
