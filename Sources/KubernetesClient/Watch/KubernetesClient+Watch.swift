import AsyncAlgorithms
import HTTPTransport
import JSONText
import Synchronization

/// The bounds within which a watch works.
public struct WatchSettings: Hashable, Sendable {
    /// How long the server keeps a watch open; then the next one goes on from where it was.
    public var serverTimeout = Duration.seconds(290)
    /// A server that says nothing for this long is asked anew. It sends a bookmark each minute, even when nothing happens.
    public var silence = Duration.seconds(90)
    /// How long an event may be.
    public var longestEvent = 8 << 20

    /// The defaults: 290 s, 90 s, 8 MiB.
    public init() {}
}

/// What happens to objects, for as long as it is read: interruptions are bridged, and an event waits until it is taken.
public struct ObjectWatch: AsyncSequence, Sendable {
    /// Events.
    public typealias Element = WatchEvent
    fileprivate let run: @Sendable (@escaping @Sendable (WatchEvent) async -> Void) async throws -> Void

    /// Takes events; letting go of it ends the watch.
    public final class AsyncIterator: AsyncIteratorProtocol {
        private var events: AsyncThrowingChannel<WatchEvent, any Error>.AsyncIterator
        private let task: Task<Void, Never>

        fileprivate init(_ run: @escaping @Sendable (@escaping @Sendable (WatchEvent) async -> Void) async throws -> Void) {
            let channel = AsyncThrowingChannel<WatchEvent, any Error>()
            events = channel.makeAsyncIterator()
            task = Task {
                do {
                    try await run { await channel.send($0) }
                    channel.finish()
                } catch {
                    channel.fail(error)
                }
            }
        }

        deinit { task.cancel() }

        /// The next event; nil when the task is cancelled. Throws ``KubernetesError`` when the watch cannot go on: we may not, or there
        /// is no such kind.
        public func next() async throws -> WatchEvent? { try await events.next() }
    }

    /// Begins to watch.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(run) }
}

extension KubernetesClient {
    /// Watches the objects of a kind in a namespace; nil is that of the context.
    public func watch(
        _ resource: APIResource, _ selector: Selector = Selector(), in namespace: String? = nil,
        settings: WatchSettings = WatchSettings()
    ) -> ObjectWatch {
        watch(resource, selector, at: path(resource, namespace), settings)
    }

    /// Watches the objects of a kind, in whatever namespace.
    public func watchEverywhere(
        _ resource: APIResource, _ selector: Selector = Selector(), settings: WatchSettings = WatchSettings()
    ) -> ObjectWatch {
        watch(resource, selector, at: resource.path(namespace: nil), settings)
    }

    private func watch(_ resource: APIResource, _ selector: Selector, at path: String, _ settings: WatchSettings) -> ObjectWatch {
        ObjectWatch { tell in
            var watcher = Watcher(client: self, resource: resource, selector: selector, path: path, settings: settings)
            try await watcher.run(tell)
        }
    }
}

/// Does what the machine says.
private struct Watcher {
    let client: KubernetesClient
    let resource: APIResource
    let selector: Selector
    let path: String
    let settings: WatchSettings
    private var machine = WatchMachine()

    typealias Tell = @Sendable (WatchEvent) async -> Void

    init(client: KubernetesClient, resource: APIResource, selector: Selector, path: String, settings: WatchSettings) {
        (self.client, self.resource, self.selector) = (client, resource, selector)
        (self.path, self.settings) = (path, settings)
    }

    mutating func run(_ tell: @escaping Tell) async throws {
        while true {
            try Task.checkCancellation()
            switch machine.next(jitter: Double.random(in: 0...1)) {
            case .wait(let time): try await Task.sleep(for: time)
            case .fail(let error): throw error
            case .list: try await list(tell)
            case .watch(let version): try await watch(from: version, tell)
            }
        }
    }

    private mutating func list(_ tell: Tell) async throws {
        do {
            let list = try await client.list(resource, selector, at: path)
            for event in machine.listed(list) { await tell(event) }
        } catch let error as KubernetesError {
            for event in try machine.failed(error) { await tell(event) }
        }
    }

    private mutating func watch(from version: String, _ tell: @escaping Tell) async throws {
        let query =
            selector.query + [
                ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", version),
                ("timeoutSeconds", "\(max(1, settings.serverTimeout.components.seconds))"),
            ]
        let reading = WatchReading(machine: machine, resource: resource, longest: settings.longestEvent)
        let path = path + Query.text(query)
        let (client, silence) = (client, settings.silence)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await client.stream(path) { body in
                        try await reading.read(body, tell) { client.error(status: $0, path) }
                    }
                }
                group.addTask { try await reading.guardSilence(silence, client.access.server) }
                defer { group.cancelAll() }
                try await group.next()
            }
            machine = reading.machine
            machine.ended(sawEvents: reading.sawEvents)
        } catch let error as KubernetesError {
            machine = reading.machine
            for event in try machine.failed(error) { await tell(event) }
        }
    }
}

/// One watch under way: the task that reads and the one that listens for silence share it.
private final class WatchReading: Sendable {
    private struct State {
        var machine: WatchMachine
        var lastHeard = ContinuousClock.now
        var isTelling = false
        var sawEvents = false
    }

    private let state: Mutex<State>
    private let resource: APIResource
    private let longest: Int

    init(machine: WatchMachine, resource: APIResource, longest: Int) {
        state = Mutex(State(machine: machine))
        (self.resource, self.longest) = (resource, longest)
    }

    var machine: WatchMachine { state.withLock { $0.machine } }
    var sawEvents: Bool { state.withLock { $0.sawEvents } }

    func read(
        _ body: HTTPBody, _ tell: WatchEventTelling, error: (JSONValue) -> KubernetesError
    ) async throws {
        await self.tell(state.withLock { $0.machine.opened() }, tell)
        var cutter = LineCutter(longest: longest)
        for try await bytes in body {
            for piece in cutter.take(bytes) {
                guard piece.isWhole else {
                    throw KubernetesError(.protocolBroken, "a watch brought an event longer than \(longest) bytes")
                }
                guard !piece.bytes.isEmpty else { continue }
                await self.tell(try take(piece.bytes, error), tell)
            }
        }
    }

    private func take(_ line: [UInt8], _ error: (JSONValue) -> KubernetesError) throws(KubernetesError) -> [WatchEvent] {
        guard let value = try? JSONReader.read(line) else {
            throw KubernetesError(.protocolBroken, "a watch brought what is no JSON")
        }
        let result: Result<[WatchEvent], KubernetesError> = state.withLock { state in
            state.lastHeard = .now
            state.sawEvents = true
            return Result { () throws(KubernetesError) in try state.machine.received(value, error: error) }
        }
        return try result.get()
    }

    /// While an event waits to be taken, nothing is heard, and nobody is to blame.
    private func tell(_ events: [WatchEvent], _ tell: WatchEventTelling) async {
        state.withLock { $0.isTelling = true }
        for event in events { await tell(event) }
        state.withLock { state in
            state.isTelling = false
            state.lastHeard = .now
        }
    }

    func guardSilence(_ limit: Duration, _ server: ServerAddress) async throws {
        while true {
            let (lastHeard, isTelling) = state.withLock { ($0.lastHeard, $0.isTelling) }
            let left = limit - lastHeard.duration(to: .now)
            guard left > .zero || isTelling else {
                throw KubernetesError(
                    .timeout, "the API server at \(server) says nothing for \(limit)", next: "kubectl cluster-info")
            }
            try await Task.sleep(for: max(left, .milliseconds(50)))
        }
    }
}

private typealias WatchEventTelling = @Sendable (WatchEvent) async -> Void

extension KubernetesClient {
    func error(status document: JSONValue, _ path: String) -> KubernetesError {
        KubernetesError(status: document, method: "GET", path: path, server: "\(access.server)")
    }
}
