internal import HTTPMessage
internal import NIOCore
internal import NIOSSL

extension ClientHandler {
    /// The handshake has not come to its end, in whatever way.
    func handshakeFailed() {
        guard case .shaking = handshake else { return }
        handshake = .failed
        loop.counters.requestRefused()
    }

    /// The client has begun to speak TLS.
    func handshakeBegan() {
        if case .waiting = handshake { handshake = .shaking }
    }

    /// The client speaks neither TLS nor HTTP.
    func refuseNonsense() {
        handshakeBegan()
        handshakeFailed()
        cut()
    }

    /// The client speaks HTTP where TLS is spoken: what it is told, in clear.
    func refusalInClear() -> ByteBuffer {
        handshake = .failed
        state = .lingering(until: .now() + loop.limits.lingerTime)
        return refusal(
            HTTPProblem(400, "HTTP in clear where HTTPS is spoken"),
            title: "This port takes HTTPS only: the URL begins with https://.")
    }

    /// The context from which octets go to the socket as they are.
    func contextPastTLS() -> ChannelHandlerContext? {
        try? context?.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
    }
}
