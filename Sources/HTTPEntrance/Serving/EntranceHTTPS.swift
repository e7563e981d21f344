internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOSSL

/// The HTTPS of an entrance: its certificates, where it is listened for, and what of that does not work.
struct EntranceHTTPS: Sendable {
    private let certificates: CertificateKeeper
    private let listeners: HTTPSListeners
    private let troubles: Troubles
    private let bound: NIOLockedValueBox<[SocketAddress]>
    private let loops: [NIOLoopBound<EntranceLoop>]

    /// Listens nowhere yet; `bind` is how that is done.
    init(
        _ wanted: [SocketAddress], _ loops: [NIOLoopBound<EntranceLoop>], _ limits: EntranceLimits,
        log: @escaping @Sendable (String) -> Void, bind: @escaping HTTPSListeners.Bind
    ) {
        let (troubles, bound) = (Troubles(log: log), NIOLockedValueBox<[SocketAddress]>([]))
        (self.troubles, self.bound, self.loops) = (troubles, bound, loops)
        certificates = CertificateKeeper(farewell: limits.lingerTime)
        listeners = HTTPSListeners(wanted, pause: .nanoseconds(limits.listenTime.nanoseconds), bind: bind) { condition in
            troubles.set(.listeners, condition.problems)
            let before = bound.withLockedValue { bound in
                defer { bound = condition.addresses }
                return bound
            }
            guard before != condition.addresses else { return }
            let places = condition.addresses.map(\.place).joined(separator: ", ")
            log(places.isEmpty ? "listening for HTTPS no more" : "listening for HTTPS on \(places)")
            await Self.each(loops) { $0.httpsAddresses = condition.addresses }
        }
    }

    /// Where it is listened for now.
    var addresses: [SocketAddress] { bound.withLockedValue { $0 } }

    /// What does not work, a line each.
    var problems: [String] { troubles.all }

    /// Has every connection that is opened from now on see these certificates.
    func use(_ files: [CertificateFiles]) async {
        let (context, choice, problems) = await certificates.use(files)
        troubles.set(.certificates, problems)
        await Self.each(loops) { loop in
            (loop.tls, loop.certificates) = (context, choice)
        }
        await listeners.listen(context != nil)
    }

    /// Where it is listened for, as soon as there is a certificate.
    var places: [SocketAddress] {
        get async { await listeners.wanted }
    }

    /// Listens at these places from now on, and at no others.
    func listen(at places: [SocketAddress]) async { await listeners.want(places) }

    /// Listens no more.
    func stop() async { await listeners.stop() }

    private static func each(
        _ loops: [NIOLoopBound<EntranceLoop>], _ body: @escaping @Sendable (EntranceLoop) -> Void
    ) async {
        for loop in loops { try? await loop.eventLoop.submit { body(loop.value) }.get() }
    }

    /// Puts TLS in front of a client that is about to be added to its channel.
    ///
    /// - Throws: when there is no certificate any more; the channel is closed then.
    static func prepare(_ channel: any Channel, for client: ClientHandler) throws {
        guard let context = client.loop.tls else { throw ChannelError.operationUnsupported }
        try channel.pipeline.syncOperations.addHandlers([FirstOctetHandler(client), NIOSSLServerHandler(context: context)])
    }
}
