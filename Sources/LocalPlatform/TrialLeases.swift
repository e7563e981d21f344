/// Which trials are still wanted: whoever has one made holds a lease as long as it lives. What nobody holds is discarded, so nothing of a
/// trial outlives its command, however that ended.
public actor TrialLeases {
    private let discard: @Sendable (_ directory: String) async -> Bool
    private let sleep: @Sendable (Duration) async throws -> Void
    private var holders: [String: Set<Int>] = [:]
    private var waiting: [String: Task<Void, Never>] = [:]
    private var nextID = 0

    /// How long a trial that was made waits for its command to take the lease.
    static let toTake = Duration.seconds(10)
    /// How long one whose command has let go waits: that may come back, over another connection.
    static let toReturn = Duration.seconds(2)

    /// Makes one.
    ///
    /// - Parameters:
    ///   - discard: Ends a trial and removes its folder; false: it could not, and is asked again later.
    ///   - sleep: Waits.
    public init(
        discard: @escaping @Sendable (_ directory: String) async -> Bool,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        (self.discard, self.sleep) = (discard, sleep)
    }

    /// A trial was made, or found: its command is to take the lease soon.
    public func expect(_ directory: String) {
        guard holders[directory] == nil else { return }
        wait(for: directory, Self.toTake)
    }

    /// Holds a trial's lease until the stream is let go. It says that it is held, and nothing else.
    public func hold(_ directory: String) -> AsyncStream<Bool> {
        let (stream, continuation) = AsyncStream.makeStream(of: Bool.self)
        let id = nextID
        nextID += 1
        holders[directory, default: []].insert(id)
        waiting.removeValue(forKey: directory)?.cancel()
        continuation.onTermination = { _ in
            Task { await self.leave(directory, id) }
        }
        continuation.yield(true)
        return stream
    }

    /// The trial is discarded: nobody has to hold it.
    public func forget(_ directory: String) {
        holders[directory] = nil
        waiting.removeValue(forKey: directory)?.cancel()
    }

    private func leave(_ directory: String, _ id: Int) {
        guard holders[directory]?.remove(id) != nil, holders[directory]?.isEmpty == true else { return }
        holders[directory] = nil
        wait(for: directory, Self.toReturn)
    }

    private func wait(for directory: String, _ span: Duration) {
        waiting[directory]?.cancel()
        waiting[directory] = Task {
            do { try await sleep(span) } catch { return }
            await end(directory)
        }
    }

    private func end(_ directory: String) async {
        waiting[directory] = nil
        guard holders[directory] == nil else { return }
        if await !discard(directory) { expect(directory) }
    }
}
