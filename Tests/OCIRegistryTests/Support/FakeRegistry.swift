import NIOCore
import NIOHTTP1
import NIOPosix
import OCIImage
import Synchronization

/// A registry that keeps everything in memory, and can be told to misbehave. It stands beside the real one, whose suite it passes.
final class FakeRegistry: Sendable {
    struct Request: Sendable {
        var method: String
        var uri: String
        var headers: [(String, String)]
        var body: [UInt8]

        var path: String { String(uri.prefix { $0 != "?" }) }

        func header(_ name: String) -> String? { headers.first { $0.0.lowercased() == name.lowercased() }?.1 }

        func query(_ name: String) -> String? {
            guard let mark = uri.firstIndex(of: "?") else { return nil }
            let items = uri[uri.index(after: mark)...].split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
            return items.first { $0.first.map(String.init) == name && $0.count == 2 }.map {
                String($0[1]).replacing("%3A", with: ":").replacing("%2F", with: "/")
            }
        }
    }

    struct Answer: Sendable {
        var status: Int
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// The connection is closed after so many bytes of the body.
        var breaksAfter: Int?
    }

    struct State: Sendable {
        var blobs: [String: [UInt8]] = [:]
        var repositories: [String: Set<String>] = [:]
        var manifests: [String: (type: String, bytes: [UInt8])] = [:]
        var uploads: [String: [UInt8]] = [:]
        var uploadCount = 0
        var log: [Request] = []
    }

    /// What it does instead of what it should; nil: as it should.
    typealias Fault = @Sendable (Request, inout State) -> Answer?

    let state = Mutex(State())
    private let fault: Fault
    private let channel: any Channel
    let port: Int

    init(fault: @escaping Fault = { _, _ in nil }) async throws {
        self.fault = fault
        let box = Box()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler { box.answer($0) })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        box.registry.withLock { $0 = Weak(self) }
    }

    func stop() async { try? await channel.close() }

    var name: String { "127.0.0.1:\(port)" }

    var log: [Request] { state.withLock { $0.log } }

    func answer(_ request: Request) -> Answer {
        state.withLock { state in
            state.log.append(request)
            return fault(request, &state) ?? Self.serve(request, &state)
        }
    }

    /// The handlers are made before the registry is.
    private final class Box: Sendable {
        let registry = Mutex(Weak(nil))

        func answer(_ request: Request) -> Answer { registry.withLock { $0.value }?.answer(request) ?? Answer(status: 503) }
    }

    private struct Weak: Sendable {
        weak let value: FakeRegistry?

        init(_ value: FakeRegistry?) {
            self.value = value
        }
    }

    // MARK: The distribution specification

    static func serve(_ request: Request, _ state: inout State) -> Answer {
        if request.path == "/v2/" { return Answer(status: 200) }
        guard request.path.hasPrefix("/v2/") else { return Answer(status: 404) }
        let path = request.path.dropFirst("/v2/".count)
        for kind in ["/manifests/", "/blobs/uploads/", "/blobs/"] {
            guard let place = path.firstRange(of: kind) else { continue }
            let (repository, rest) = (String(path[..<place.lowerBound]), String(path[place.upperBound...]))
            switch kind {
            case "/manifests/": return manifest(request, repository, rest, &state)
            case "/blobs/": return blob(request, repository, rest, &state)
            default: return upload(request, repository, rest, &state)
            }
        }
        return Answer(status: 404)
    }

    private static func manifest(_ request: Request, _ repository: String, _ name: String, _ state: inout State) -> Answer {
        if request.method == "PUT" {
            let digest = Digest.of(request.body).description
            for key in [name, digest] {
                state.manifests["\(repository) \(key)"] = (request.header("Content-Type") ?? "", request.body)
            }
            return Answer(status: 201, headers: [("Docker-Content-Digest", digest)])
        }
        guard let manifest = state.manifests["\(repository) \(name)"] else {
            return Answer(
                status: 404, body: Array(#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#.utf8))
        }
        return Answer(
            status: 200,
            headers: [("Content-Type", manifest.type), ("Docker-Content-Digest", Digest.of(manifest.bytes).description)],
            body: manifest.bytes)
    }

    private static func blob(_ request: Request, _ repository: String, _ digest: String, _ state: inout State) -> Answer {
        guard state.repositories[repository]?.contains(digest) == true, let blob = state.blobs[digest] else {
            return Answer(status: 404)
        }
        return Answer(status: 200, body: request.method == "HEAD" ? [] : blob)
    }

    private static func upload(_ request: Request, _ repository: String, _ id: String, _ state: inout State) -> Answer {
        func keep(_ bytes: [UInt8], _ digest: String, _ state: inout State) -> Answer {
            guard Digest.of(bytes).description == digest else {
                return Answer(
                    status: 400, body: Array(#"{"errors":[{"code":"DIGEST_INVALID","message":"not these bytes"}]}"#.utf8))
            }
            state.blobs[digest] = bytes
            state.repositories[repository, default: []].insert(digest)
            return Answer(status: 201)
        }
        switch request.method {
        case "POST":
            if let digest = request.query("mount"), let from = request.query("from"),
                state.repositories[from]?.contains(digest) == true
            {
                state.repositories[repository, default: []].insert(digest)
                return Answer(status: 201)
            }
            state.uploadCount += 1
            state.uploads["\(state.uploadCount)"] = []
            return Answer(
                status: 202, headers: [("Location", "/v2/\(repository)/blobs/uploads/\(state.uploadCount)?state=a%3Db")])
        case "PATCH":
            guard let sent = state.uploads[id], request.header("Content-Range")?.hasPrefix("\(sent.count)-") == true else {
                return Answer(status: 416)
            }
            state.uploads[id] = sent + request.body
            return Answer(status: 202, headers: [("Location", "/v2/\(repository)/blobs/uploads/\(id)")])
        case "PUT":
            guard let sent = state.uploads.removeValue(forKey: id), let digest = request.query("digest") else {
                return Answer(status: 404)
            }
            return keep(sent + request.body, digest, &state)
        default:
            state.uploads[id] = nil
            return Answer(status: 204)
        }
    }
}

/// Collects a request, and writes an answer.
private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: @Sendable (FakeRegistry.Request) -> FakeRegistry.Answer
    private var request = FakeRegistry.Request(method: "", uri: "", headers: [], body: [])

    init(_ answer: @escaping @Sendable (FakeRegistry.Request) -> FakeRegistry.Answer) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request = FakeRegistry.Request(
                method: head.method.rawValue, uri: head.uri, headers: head.headers.map { ($0.name, $0.value) }, body: [])
        case .body(let bytes): request.body += bytes.readableBytesView
        case .end: write(answer(request), context)
        }
    }

    private func write(_ answer: FakeRegistry.Answer, _ context: ChannelHandlerContext) {
        var headers = HTTPHeaders(answer.headers)
        headers.replaceOrAdd(name: "Content-Length", value: "\(answer.body.count)")
        context.write(
            wrapOutboundOut(
                .head(HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: headers))),
            promise: nil)
        let body = answer.breaksAfter.map { answer.body.prefix($0) } ?? answer.body[...]
        if request.method != "HEAD", !body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        }
        if answer.breaksAfter != nil {
            context.flush()
            context.close(promise: nil)
        } else {
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
