package import DNSMessage
package import NIOCore
internal import Synchronization

/// The zone that is being served, and what is counted: shared by all that answer queries, each for one moment.
///
/// A new zone takes the place of the old one between two queries (or two bursts of datagrams), so that every answer is
/// out of one zone.
package final class Exchange: Sendable {
    struct State {
        var answerer: Answerer
        var counters = QueryCounters()
        /// The response under construction; kept for its capacity.
        var response: [UInt8] = []
    }

    private let state: Mutex<State>

    package init(_ answerer: Answerer) {
        state = Mutex(State(answerer: answerer))
    }

    /// Works on the state, alone for that moment.
    func withState(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
    }

    /// What has been counted so far.
    package var counters: QueryCounters {
        state.withLock { $0.counters }
    }

    /// The serial of the zone that is served.
    package var serial: UInt32 {
        state.withLock { $0.answerer.index.serial }
    }

    /// Serves another zone from the next query on.
    package func serve(_ index: ZoneIndex) {
        // The old index is let go outside the lock: freeing a large one takes a while.
        let old = state.withLock { state in
            let old = state.answerer.index
            state.answerer.index = index
            return old
        }
        withExtendedLifetime(old) {}
    }

    /// Whether names outside the zone may be handed on.
    package func setForwards(_ forwards: Bool) {
        state.withLock { $0.answerer.forwards = forwards }
    }

    /// Counts something besides queries.
    package func count(_ change: (inout QueryCounters) -> Void) {
        state.withLock { change(&$0.counters) }
    }

    /// Answers one query; the response is in the buffer if the verdict says that there is one.
    package func answer(
        _ query: ByteBuffer, over transport: Answerer.Transport, allocator: ByteBufferAllocator
    ) -> (Answerer.Verdict, ByteBuffer?) {
        state.withLock { state in
            state.response.removeAll(keepingCapacity: true)
            let verdict = state.answerer.answer(query.readableBytesUInt8Span, over: transport, into: &state.response)
            state.counters.count(verdict, over: transport)
            return (verdict, state.response.isEmpty ? nil : allocator.buffer(bytes: state.response))
        }
    }

    /// A response with nothing but a code, to a query that was to be handed on.
    package func refuse(_ query: ByteBuffer, _ view: QueryView, _ code: ResponseCode) -> ByteBuffer {
        state.withLock { state in
            state.response.removeAll(keepingCapacity: true)
            _ = state.answerer.respond(code, view, query.readableBytesUInt8Span, into: &state.response)
            return ByteBuffer(bytes: state.response)
        }
    }
}
