import NIOCore

/// A program that runs in a container, while it does.
public struct ExecSession: Sendable {
    /// What comes of it. Ends after ``ExecEvent/exited(_:)``; throws ``KubernetesError`` `.streamFailed` when it could not be run or the
    /// connection ended before it.
    public let events: ExecEvents
    fileprivate let channels: ExecChannels
    fileprivate let writer: NIOAsyncChannelOutboundWriter<ByteBuffer>

    private static let longest = 64 << 10

    init(
        channels: ExecChannels, inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        writer: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        events = ExecEvents(channels: channels, inbound: inbound)
        (self.channels, self.writer) = (channels, writer)
    }

    /// Whether ``endInput()`` reaches the program: servers before 1.29 cannot end one direction alone.
    public var canEndInput: Bool { channels.endOfInput() != nil }

    /// Writes to its standard input; waits while it does not read.
    public func write(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Self.longest)
            rest = rest.dropFirst(piece.count)
            try await send(channels.input(piece))
        }
    }

    /// Ends its standard input. Does nothing where the server cannot (``canEndInput``).
    public func endInput() async throws {
        if let message = channels.endOfInput() { try await send(message) }
    }

    /// Says how large its terminal is.
    public func resize(columns: Int, rows: Int) async throws {
        try await send(channels.resize(columns: columns, rows: rows))
    }

    private func send(_ message: [UInt8]) async throws {
        do {
            try await writer.write(ByteBuffer(bytes: message))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw KubernetesError(.streamFailed, "the connection to the program has ended")
        }
    }
}

/// What comes of a program.
public struct ExecEvents: AsyncSequence, Sendable {
    /// Output and the end.
    public typealias Element = ExecEvent
    fileprivate let channels: ExecChannels
    fileprivate let inbound: NIOAsyncChannelInboundStream<ByteBuffer>

    /// Takes events. Only one may be made.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let channels: ExecChannels
        fileprivate var messages: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        private var hasEnded = false

        fileprivate init(_ events: ExecEvents) {
            (channels, messages) = (events.channels, events.inbound.makeAsyncIterator())
        }

        /// The next one; nil after the end.
        public mutating func next() async throws -> ExecEvent? {
            guard !hasEnded else { return nil }
            do {
                while let message = try await messages.next() {
                    guard let event = try channels.receive(Array(message.readableBytesView)) else { continue }
                    if case .exited = event { hasEnded = true }
                    return event
                }
            } catch let error as KubernetesError {
                throw error
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw KubernetesError(.streamFailed, "the connection to the program broke: \(error)")
            }
            try Task.checkCancellation()
            throw KubernetesError(.streamFailed, "the connection to the program ended before it did")
        }
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}
