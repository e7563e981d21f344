internal import NIOCore

/// The places where HTTPS is taken: listened on while there is a certificate. A place that is taken is tried again until it is free.
actor HTTPSListeners {
    typealias Bind = @Sendable (SocketAddress) async throws -> any Channel

    /// What of them works.
    struct Condition: Sendable {
        /// Where they listen, in the order that was asked for.
        var addresses: [SocketAddress] = []
        /// Why others do not.
        var problems: [String] = []
    }

    private(set) var wanted: [SocketAddress]
    private let pause: Duration
    private let bind: Bind
    private let tell: @Sendable (Condition) async -> Void
    private var channels: [SocketAddress: any Channel] = [:]
    private var isOpen = false
    private var isStopped = false
    /// What is under way; whatever comes next waits for it.
    private var last: Task<Void, Never>?
    private var retry: Task<Void, Never>?

    /// `pause` is how long a place that is taken is left alone. `tell` hears of each change before the call that made it returns.
    init(
        _ wanted: [SocketAddress], pause: Duration, bind: @escaping Bind, tell: @escaping @Sendable (Condition) async -> Void
    ) {
        self.wanted = wanted
        self.pause = pause
        self.bind = bind
        self.tell = tell
    }

    /// Listens on every place, or on none. Returns when that was tried.
    func listen(_ isOpen: Bool) async {
        self.isOpen = isOpen
        await settle()
    }

    /// Has other places from now on.
    func want(_ places: [SocketAddress]) async {
        guard places != wanted else { return }
        wanted = places
        await settle()
    }

    /// Listens no more, whatever is asked for later.
    func stop() async {
        isStopped = true
        await settle()
    }

    private func settle() async {
        guard !wanted.isEmpty || !channels.isEmpty else { return }
        let before = last
        let mine = Task {
            await before?.value
            await step()
        }
        last = mine
        await mine.value
    }

    private func step() async {
        retry?.cancel()
        retry = nil
        var problems: [String] = []
        let places = isOpen && !isStopped ? wanted : []
        for (place, channel) in channels where !places.contains(place) {
            try? await channel.close()
            channels[place] = nil
        }
        for place in places where channels[place] == nil {
            do {
                channels[place] = try await bind(place)
            } catch {
                problems.append("HTTPS: \(error)")
            }
        }
        if channels.count < places.count { retryLater() }
        let addresses = places.compactMap { channels[$0]?.localAddress }
        await tell(Condition(addresses: addresses, problems: problems))
    }

    private func retryLater() {
        retry = Task { [pause] in
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            retry = nil
            await settle()
        }
    }
}
