public import ExternalTermFormat
internal import NIOCore

extension NodeConnection {
    /// Calls `module:function(arguments…)` on the peer, in a process of its own there.
    ///
    /// What the function prints goes to the peer's own standard output.
    ///
    /// - Throws: ``CallError``; `badRPC` when the function failed.
    public func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term] = [], timeout: Duration = .seconds(5)
    ) async throws(CallError) -> Term {
        try await call(RemoteCall(module, function, arguments), timeout: timeout)
    }

    /// Calls a function inside the peer's `rex` server: see ``RemoteCall/Style/blocking``.
    ///
    /// - Throws: ``CallError``.
    public func blockCall(
        _ module: Atom, _ function: Atom, _ arguments: [Term] = [], timeout: Duration = .seconds(5)
    ) async throws(CallError) -> Term {
        try await call(RemoteCall(module, function, arguments, style: .blocking), timeout: timeout)
    }

    /// Makes one call.
    ///
    /// - Throws: ``CallError``.
    public func call(_ call: RemoteCall, timeout: Duration = .seconds(5)) async throws(CallError) -> Term {
        guard let result = await calls([call], timeout: timeout).first else {
            throw CallError(.cancelled, call: call, peer: peer)
        }
        return try result.get()
    }

    /// Makes many calls in one round trip: all are sent in one piece, and run beside each other on the peer.
    ///
    /// - Parameter timeout: for all of them together.
    /// - Returns: what each gave, in their order. Those that were not answered in time have `timedOut`, whatever the others
    ///   have.
    public func calls(_ calls: [RemoteCall], timeout: Duration = .seconds(5)) async -> [Result<Term, CallError>] {
        guard !calls.isEmpty else { return [] }
        let requests = calls.map { call in Result { () throws(CallFault) in try call.encoded() } }
        let outcomes = await send(requests, timeout: timeout)
        return zip(calls, outcomes).map { call, outcome in
            outcome.mapError { CallError($0, call: call, peer: peer) }
        }
    }

    /// Repeats a call until it is answered, for a node that is still booting.
    ///
    /// A node takes connections before its `rex` server exists, and drops what is sent to it until then. So the call is made
    /// with a short timeout, again and again: it may run more than once, and must not mind.
    ///
    /// - Parameters:
    ///   - attempt: how long to wait for each answer.
    ///   - timeout: how long to go on in all.
    /// - Throws: ``CallError``: `timedOut` when no attempt was answered; any other failure at once.
    public func callUntilAnswered(
        _ call: RemoteCall, attempt: Duration = .milliseconds(100), timeout: Duration = .seconds(10)
    ) async throws(CallError) -> Term {
        let deadline = ContinuousClock.now + timeout
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            do {
                return try await self.call(call, timeout: min(attempt, left))
            } catch  where error.code == .timedOut && left > attempt {
                continue
            }
        }
    }

    private func send(_ requests: [Result<ByteBuffer, CallFault>], timeout: Duration) async -> [Calls.Outcome] {
        let (number, handler, loop) = (nextNumber(), self.handler, channel.eventLoop)
        let promise = loop.makePromise(of: [Calls.Outcome].self)
        let time = TimeAmount(max(timeout, .zero))
        // begun before the cancellation handler is there, so that a cancellation always finds it
        loop.execute { handler.value.begin(number, requests, timeout: time, promise: promise) }
        let outcomes = await withTaskCancellationHandler {
            try? await promise.futureResult.get()
        } onCancel: {
            loop.execute { handler.value.close(number, .cancelled) }
        }
        return outcomes ?? requests.map { _ in .failure(.cancelled) }
    }
}
