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

    private let wanted: [SocketAddress]
    private let pause: Duration
    private let bind: Bind
    private let tell: @Sendable (Condition) async -> Void
    private var channels: [Int: any Channel] = [:]
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

    /// Listens no more, whatever is asked for later.
    func stop() async {
        isStopped = true
        await settle()
    }

    private func settle() async {
        guard !wanted.isEmpty else { return }
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
        if isOpen && !isStopped {
            for index in wanted.indices where channels[index] == nil {
                do {
                    channels[index] = try await bind(wanted[index])
                } catch {
                    problems.append("HTTPS: \(error)")
                }
            }
            if channels.count < wanted.count { retryLater() }
        } else {
            for channel in channels.values { try? await channel.close() }
            channels = [:]
        }
        let addresses = wanted.indices.compactMap { channels[$0]?.localAddress }
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
