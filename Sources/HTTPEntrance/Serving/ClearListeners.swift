internal import NIOConcurrencyHelpers
internal import NIOCore

/// The places where HTTP is taken in clear. They can be changed while it is taken: connections that are open stay so.
actor ClearListeners {
    /// Listens at a place, whose port others are about to let go of.
    typealias Bind = @Sendable (_ place: SocketAddress, _ leaving: [any Channel]) async throws -> any Channel

    private struct Listener {
        var wanted: SocketAddress
        var channel: any Channel
    }

    private let bind: Bind
    private var listeners: [Listener] = []
    private let bound = NIOLockedValueBox<[SocketAddress]>([])

    /// Listens nowhere yet; `bind` is how that is done.
    init(bind: @escaping Bind) {
        self.bind = bind
    }

    /// Where they listen.
    nonisolated var addresses: [SocketAddress] { bound.withLockedValue { $0 } }

    /// Listens at these places from now on, and at no others. Not to be called again before it has returned.
    ///
    /// - Throws: what `bind` throws; everything is as it was then.
    func listen(_ wanted: [SocketAddress]) async throws {
        let leaving = listeners.filter { !wanted.contains($0.wanted) }
        var fresh: [Listener] = []
        do {
            for place in wanted where !listeners.contains(where: { $0.wanted == place }) {
                let samePort = leaving.map(\.channel).filter { $0.localAddress?.port == place.port }
                fresh.append(Listener(wanted: place, channel: try await bind(place, samePort)))
            }
        } catch {
            await Self.close(fresh)
            throw error
        }
        let all = listeners + fresh
        listeners = wanted.compactMap { place in all.first { $0.wanted == place } }
        bound.withLockedValue { $0 = listeners.compactMap(\.channel.localAddress) }
        guard !leaving.isEmpty else { return }
        for listener in leaving { await ListenerFilter.close(listener.channel) }
        // Those that were taken before are accepted meanwhile.
        try? await Task.sleep(for: .milliseconds(100))
        await Self.close(leaving)
    }

    /// Listens no more.
    func stop() async {
        await Self.close(listeners)
        listeners = []
    }

    private static func close(_ listeners: [Listener]) async {
        for listener in listeners { try? await listener.channel.close() }
    }
}
