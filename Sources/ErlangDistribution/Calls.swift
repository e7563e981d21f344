internal import ExternalTermFormat
internal import NIOCore

/// The batches of calls that are under way: each is sent together, has one timer, and is answered together.
struct Calls {
    typealias Outcome = Result<Term, CallFault>

    /// A place in a batch.
    struct Slot {
        var batch: UInt64
        var position: Int
    }

    private struct Batch {
        var outcomes: [Outcome?]
        var open: Int
        var numbers: [UInt64] = []
        let promise: EventLoopPromise<[Outcome]>
        var timer: Scheduled<Void>?
    }

    private var batches: [UInt64: Batch] = [:]

    /// Opens a batch. `promise` is always kept.
    mutating func open(_ id: UInt64, count: Int, promise: EventLoopPromise<[Outcome]>) {
        batches[id] = Batch(outcomes: Array(repeating: nil, count: count), open: count, promise: promise)
    }

    /// Notes a call of a batch that was sent, by the session's number, and the batch's timer.
    mutating func note(_ id: UInt64, numbers: [UInt64], timer: Scheduled<Void>) {
        guard batches[id] != nil else { return timer.cancel() }
        batches[id]?.numbers = numbers
        batches[id]?.timer = timer
    }

    /// Enters an outcome; the last one completes the batch.
    mutating func resolve(_ slot: Slot, _ outcome: Outcome) {
        guard batches[slot.batch]?.outcomes[slot.position] == nil else { return }
        batches[slot.batch]?.outcomes[slot.position] = outcome
        batches[slot.batch]?.open -= 1
        if batches[slot.batch]?.open == 0 { _ = close(slot.batch, .timedOut) }
    }

    /// Ends a batch: what is still open fails with `fault`.
    ///
    /// - Returns: the numbers of its calls, for the session to forget.
    mutating func close(_ id: UInt64, _ fault: CallFault) -> [UInt64] {
        guard let batch = batches.removeValue(forKey: id) else { return [] }
        batch.timer?.cancel()
        batch.promise.succeed(batch.outcomes.map { $0 ?? .failure(fault) })
        return batch.numbers
    }

    /// Ends all batches.
    mutating func failAll(_ fault: CallFault) {
        for id in batches.keys { _ = close(id, fault) }
    }
}

extension ConnectionHandler {
    /// Sends the requests in one write, and completes `promise` when each has an outcome.
    func begin(
        _ id: UInt64, _ requests: [Result<ByteBuffer, CallFault>], timeout: TimeAmount,
        promise: EventLoopPromise<[Calls.Outcome]>
    ) {
        calls.open(id, count: requests.count, promise: promise)
        guard case .up(var session) = phase, let context else {
            _ = calls.close(id, .connectionLost(loss))
            return
        }
        phase = .down(.moving)
        var output = ByteBuffer()
        var numbers: [UInt64] = []
        for (position, request) in requests.enumerated() {
            do throws(CallFault) {
                let request = try request.get()
                try admit(request, after: output, session)
                numbers.append(try session.begin(request, Calls.Slot(batch: id, position: position), into: &output))
            } catch {
                calls.resolve(Calls.Slot(batch: id, position: position), .failure(error))
            }
        }
        phase = .up(session)
        guard !numbers.isEmpty else { return }
        let timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { self.close(id, .timedOut) }
        calls.note(id, numbers: numbers, timer: timer)
        send(output)
        context.flush()
    }

    private func admit(_ request: ByteBuffer, after output: ByteBuffer, _ session: Session<Calls.Slot>) throws(CallFault) {
        guard session.pendingCalls < settings.maximumPendingCalls,
            hasRoom(for: output.readableBytes + request.readableBytes)
        else { throw .overloaded }
    }

    /// Ends a batch before all answers are there.
    func close(_ id: UInt64, _ fault: CallFault) {
        let numbers = calls.close(id, fault)
        guard case .up(var session) = phase else { return }
        phase = .down(.moving)
        for number in numbers { session.abandon(number) }
        phase = .up(session)
    }

    private var loss: ConnectionLoss {
        guard case .down(let loss) = phase else { return ConnectionLoss(code: .closedHere, detail: "not connected") }
        return loss
    }
}
