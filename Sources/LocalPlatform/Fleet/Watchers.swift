import FleetModel

/// Who wants to be told when an app changes. A slow reader gets the newest state, never a queue of old ones.
struct Watchers {
    private var streams: [AppKey: [Int: AsyncStream<AppStatus>.Continuation]] = [:]
    private var nextID = 0

    mutating func add(
        _ key: AppKey, first: AppStatus, onEnd: @escaping @Sendable (Int) -> Void
    ) -> AsyncStream<AppStatus> {
        let (stream, continuation) = AsyncStream.makeStream(of: AppStatus.self, bufferingPolicy: .bufferingNewest(1))
        let id = nextID
        nextID += 1
        continuation.onTermination = { _ in onEnd(id) }
        continuation.yield(first)
        streams[key, default: [:]][id] = continuation
        return stream
    }

    mutating func remove(_ key: AppKey, _ id: Int) {
        streams[key]?[id] = nil
        if streams[key]?.isEmpty == true { streams[key] = nil }
    }

    func tell(_ key: AppKey, status: AppStatus?) {
        guard let status else { return }
        streams[key]?.values.forEach { $0.yield(status) }
    }

    /// The app is gone: whoever watches it is told by the end of the stream.
    mutating func finish(_ key: AppKey) {
        streams.removeValue(forKey: key)?.values.forEach { $0.finish() }
    }
}
