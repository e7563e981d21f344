import HTTPTransport

/// Which part of a pod's log.
public struct PodLogOptions: Hashable, Sendable {
    /// Nil: the only one.
    public var container: String?
    /// Goes on with what is written from now on, until the container ends.
    public var follow = false
    /// That of the container before, which ended.
    public var previous = false
    /// Only so many lines of what is there.
    public var tail: Int?
    /// Only what was written within so many seconds.
    public var sinceSeconds: Int?
    /// Only what was written since then, RFC 3339.
    public var since: String?
    /// Whether each line has the time at which it was written.
    public var timestamps = false

    /// All that is there.
    public init() {}

    var query: [(String, String)] {
        var query: [(String, String)] = []
        if let container { query.append(("container", container)) }
        if follow { query.append(("follow", "true")) }
        if previous { query.append(("previous", "true")) }
        if timestamps { query.append(("timestamps", "true")) }
        if let tail { query.append(("tailLines", "\(max(0, tail))")) }
        if let since {
            query.append(("sinceTime", since))
        } else if let sinceSeconds {
            query.append(("sinceSeconds", "\(max(1, sinceSeconds))"))
        }
        return query
    }
}

/// A line of a pod's log, or a part of one that is longer than 256 KiB.
public struct PodLogLine: Hashable, Sendable {
    /// When it was written: RFC 3339 with up to nine digits behind the point, when it was asked for.
    public var time: String?
    /// The bytes, without the line's end.
    public var text: [UInt8]
    /// Whether the line ends here.
    public var isWhole: Bool

    init(_ piece: LineCutter.Piece, hasTime: Bool, continues: Bool) {
        (text, isWhole) = (piece.bytes, piece.isWhole)
        guard hasTime, !continues, let space = piece.bytes.prefix(64).firstIndex(of: 0x20) else { return }
        time = String(decoding: piece.bytes[..<space], as: UTF8.self)
        text = Array(piece.bytes[(space + 1)...])
    }
}

/// The lines of a pod's log as they come.
public struct PodLogLines: AsyncSequence, Sendable {
    fileprivate let body: HTTPBody
    fileprivate let hasTimes: Bool

    /// Lines.
    public typealias Element = PodLogLine

    /// Walks over them.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var pieces: HTTPBody.AsyncIterator
        fileprivate let hasTimes: Bool
        private var cutter = LineCutter(longest: 256 << 10)
        private var ready: ArraySlice<LineCutter.Piece> = []
        private var isWithinLine = false
        private var isDone = false

        fileprivate init(_ lines: PodLogLines) {
            (pieces, hasTimes) = (lines.body.makeAsyncIterator(), lines.hasTimes)
        }

        /// The next line; nil at the end.
        public mutating func next() async throws -> PodLogLine? {
            while ready.isEmpty {
                guard !isDone else { return nil }
                if let bytes = try await pieces.next() {
                    ready = cutter.take(bytes)[...]
                } else {
                    isDone = true
                    if let rest = cutter.finish() { ready = [rest] }
                }
            }
            guard let piece = ready.popFirst() else { return nil }
            defer { isWithinLine = !piece.isWhole }
            return PodLogLine(piece, hasTime: hasTimes, continues: isWithinLine)
        }
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}

extension KubernetesClient {
    /// Hands over a pod's log. The lines end with what is there, or when the container ends or the API server does.
    ///
    /// Throws `.invalid` while the container has not started, `.notFound`, `.unreachable` when the connection breaks.
    public func logs<Value>(
        _ pod: String, in namespace: String? = nil, _ options: PodLogOptions = PodLogOptions(),
        read: (PodLogLines) async throws -> Value
    ) async throws -> Value {
        let path = path(.pods, namespace, pod, subresource: "log") + Query.text(options.query)
        return try await stream(path) { body in
            try await read(PodLogLines(body: body, hasTimes: options.timestamps))
        }
    }
}
