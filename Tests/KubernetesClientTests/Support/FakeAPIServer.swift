import Foundation
import JSONText
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

@testable import KubernetesClient

/// An API server that answers what a test wants: for what no real one can be made to do. It stands beside the real one.
final class FakeAPIServer: Sendable {
    struct Request: Sendable {
        var method: String
        var uri: String
        var headers: [(name: String, value: String)]
        var body: String

        var path: String { String(uri.prefix { $0 != "?" }) }

        func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

        func query(_ name: String) -> String? {
            URLComponents(string: uri)?.queryItems?.first { $0.name == name }?.value
        }
    }

    struct Answer: Sendable {
        enum End: Sendable {
            case clean, broken, silent
        }

        var status = 200
        var headers: [(String, String)] = []
        var body = ""
        var end = End.clean

        static func json(_ body: String, _ status: Int = 200, headers: [(String, String)] = []) -> Answer {
            Answer(status: status, headers: headers, body: body)
        }

        static func status(_ code: Int, _ reason: String, _ message: String, headers: [(String, String)] = []) -> Answer {
            .json(
                #"{"kind":"Status","status":"Failure","message":"\#(message)","reason":"\#(reason)","code":\#(code)}"#, code,
                headers: headers)
        }
    }

    /// Gets the request and how many came before it.
    typealias Script = @Sendable (Request, Int) -> Answer

    private let log = Mutex<[Request]>([])
    private let channel: any Channel
    let port: Int

    init(_ script: @escaping Script) async throws {
        let box = Box()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        Handler { request in script(request, box.note(request)) })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        box.log.withLock { $0 = { [weak self] request in self?.note(request) ?? 0 } }
    }

    deinit { channel.close(promise: nil) }

    private func note(_ request: Request) -> Int {
        log.withLock { log in
            log.append(request)
            return log.count - 1
        }
    }

    var requests: [Request] { log.withLock { $0 } }

    /// A client of it, whose waits are short.
    func client(
        _ credential: CredentialSource = .none, now: @escaping @Sendable () -> Double = { 0 },
        read: @escaping FileReading = { _ in nil },
        run: @escaping @Sendable (ExecPlugin) async throws -> ExecPlugin.Answer = { _ in ExecPlugin.Answer() }
    ) -> KubernetesClient {
        var access = ClusterAccess(
            context: "fake", server: ServerAddress(isSecure: false, host: "127.0.0.1", port: port), namespace: "shop")
        access.credential = credential
        return KubernetesClient(
            access, retries: RetryPolicy(first: .milliseconds(1)), world: Credentials.World(now: now, read: read, run: run))
    }

    private final class Box: Sendable {
        let log = Mutex<(@Sendable (Request) -> Int)?>(nil)

        func note(_ request: Request) -> Int { log.withLock { $0 }?(request) ?? 0 }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let answer: @Sendable (Request) -> Answer
        private var request: Request?

        init(_ answer: @escaping @Sendable (Request) -> Answer) {
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                request = Request(
                    method: head.method.rawValue, uri: head.uri, headers: head.headers.map { ($0.name, $0.value) }, body: "")
            case .body(let piece): request?.body += String(buffer: piece)
            case .end:
                guard let request else { return }
                send(answer(request), context)
            }
        }

        private func send(_ answer: Answer, _ context: ChannelHandlerContext) {
            var headers = HTTPHeaders(answer.headers)
            if answer.end == .clean { headers.add(name: "Content-Length", value: "\(answer.body.utf8.count)") }
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
            switch answer.end {
            case .clean: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .broken: context.close(promise: nil)
            case .silent: break
            }
        }
    }
}
