internal import ExternalTermFormat
internal import NIOCore
internal import Synchronization

/// One attempt to connect: dials, puts the handler into each channel that the dialer makes, and waits for the handshake.
///
/// A cancelled task closes the channels that exist by then, which ends the dialling as well.
final class Opening: Sendable {
    /// A channel of the dialer's, and what becomes of the handshake on it. Kept here and not looked up in the channel: that may
    /// have come to its end before the dialer is done with it.
    private struct Candidate {
        var channel: any Channel
        var handler: NIOLoopBound<ConnectionHandler>
        var introduction: EventLoopFuture<Handshake.Introduction>
    }

    private struct State {
        var candidates: [Candidate] = []
        var isCancelled = false
    }

    private let peer: PeerName
    private let handshake: Handshake
    private let settings: ConnectionSettings
    private let timeout: Duration
    private let deadline: NIODeadline
    private let state = Mutex(State())

    init(peer: PeerName, handshake: Handshake, settings: ConnectionSettings, timeout: Duration) {
        self.peer = peer
        self.handshake = handshake
        self.settings = settings
        self.timeout = timeout
        self.deadline = .now() + TimeAmount(timeout)
    }

    func run(through dialer: any Dialer) async throws(ConnectError) -> NodeConnection {
        do {
            return try await withTaskCancellationHandler {
                try Task.checkCancellation()
                return try await open(through: dialer)
            } onCancel: {
                cancel()
            }
        } catch {
            throw describe(error)
        }
    }

    private func open(through dialer: any Dialer) async throws -> NodeConnection {
        let channel = try await dialer.dial(peer, timeout: timeout) { self.configure($0) }
        guard let chosen = state.withLock({ $0.candidates.first { $0.channel === channel } }) else {
            throw ConnectError(code: .unreachable, peer: peer, detail: "the dialer gave a channel that it did not configure")
        }
        do {
            let own = try await chosen.introduction.get()
            return NodeConnection(peer: peer, localName: own.node, channel: channel, handler: chosen.handler)
        } catch {
            channel.close(promise: nil)
            throw error
        }
    }

    private func configure(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            guard !self.state.withLock({ $0.isCancelled }) else { throw CancellationError() }
            let promise = channel.eventLoop.makePromise(of: Handshake.Introduction.self)
            let handler = ConnectionHandler(
                peer: self.peer, handshake: self.handshake, settings: self.settings, deadline: self.deadline, established: promise
            )
            do {
                let decoder = ByteToMessageHandler(FrameDecoder(maximumMessageBytes: self.settings.maximumMessageBytes))
                try channel.pipeline.syncOperations.addHandlers(decoder, handler)
            } catch {
                promise.fail(error)
                throw error
            }
            self.add(
                Candidate(
                    channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop),
                    introduction: promise.futureResult))
        }
    }

    private func add(_ candidate: Candidate) {
        let isCancelled = state.withLock { state in
            state.candidates.append(candidate)
            return state.isCancelled
        }
        if isCancelled { candidate.channel.close(promise: nil) }
    }

    private func cancel() {
        let candidates = state.withLock { state in
            state.isCancelled = true
            return state.candidates
        }
        for candidate in candidates { candidate.channel.close(promise: nil) }
    }

    private func describe(_ error: any Error) -> ConnectError {
        if state.withLock({ $0.isCancelled }) || error is CancellationError {
            return ConnectError(code: .cancelled, peer: peer, detail: "cancelled")
        }
        let failure = error as? ConnectError ?? ConnectError(code: .unreachable, peer: peer, detail: "\(error)")
        // when the time is over, the channel is closed under the dialer, which then only knows that it was closed
        guard failure.code == .unreachable, NIODeadline.now() >= deadline else { return failure }
        return ConnectError(code: .timedOut, peer: peer, detail: "not connected within \(timeout)")
    }
}
