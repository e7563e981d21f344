internal import DNSMessage
internal import Glibc
internal import NIOCore
internal import Synchronization

/// Answers the datagrams of one socket on a thread of its own: receives a burst, answers it out of one zone, sends it.
///
/// A thread that blocks in one call costs fewer system calls for a query than an event loop, and no allocation. Queries
/// for others go to the event loop of the forwarder.
final class DatagramWorker: Sendable {
    private let socket: DatagramSocket
    private let exchange: Exchange
    private let forwarder: NIOLoopBound<Forwarder>
    private let loop: any EventLoop
    private let limit: Int
    /// Queries that the event loop has yet to take over.
    private let handedOver = Atomic(0)

    init(
        _ socket: DatagramSocket, _ exchange: Exchange, _ forwarder: NIOLoopBound<Forwarder>, limit: Int, on loop: any EventLoop
    ) {
        self.socket = socket
        self.exchange = exchange
        self.forwarder = forwarder
        self.limit = limit
        self.loop = loop
    }

    /// Runs until the socket is stopped, then closes it.
    func run() {
        let burst = DatagramBurst()
        var answers = BurstAnswers()
        while true {
            let count = burst.receive(socket.descriptor)
            if socket.isStopping { break }
            guard count > 0 else {
                // Nothing but a signal is to be expected; whatever it is, it does not spin.
                if errno != EINTR { usleep(10_000) }
                continue
            }
            exchange.answer(count, of: burst, into: &answers, canForward: handedOver.load(ordering: .relaxed) < limit)
            burst.send(answers.responses, from: answers.bytes, socket.descriptor)
            for (index, view) in answers.forwarded { forward(ByteBuffer(bytes: burst.query(index)), view, burst.sender(index)) }
        }
        socket.close()
    }

    private func forward(_ query: ByteBuffer, _ view: QueryView, _ client: DatagramAddress) {
        handedOver.add(1, ordering: .relaxed)
        loop.execute { [self] in
            handedOver.subtract(1, ordering: .relaxed)
            forwarder.value.forward(query, view, over: .udp) { [socket] in socket.send($0, to: client) }
        }
    }
}

/// What there is to send after a burst. Kept from one to the next for its capacity.
struct BurstAnswers {
    /// All responses, one behind the other.
    var bytes: [UInt8] = []
    /// Which query each response is for, and where it is.
    var responses: [(query: Int, range: Range<Int>)] = []
    /// The queries that are for others to answer.
    var forwarded: [(query: Int, view: QueryView)] = []

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        responses.removeAll(keepingCapacity: true)
        forwarded.removeAll(keepingCapacity: true)
    }
}

extension Exchange {
    /// Answers a burst, all of it out of one zone.
    func answer(_ count: Int, of burst: borrowing DatagramBurst, into answers: inout BurstAnswers, canForward: Bool) {
        answers.removeAll()
        withState { state in
            for index in 0..<count {
                let query = burst.query(index)
                let start = answers.bytes.count
                let verdict = state.answerer.answer(query.span, over: .udp, into: &answers.bytes)
                state.counters.count(verdict, over: .udp)
                if case .forward(let view) = verdict {
                    if canForward {
                        answers.forwarded.append((index, view))
                    } else {
                        state.counters.forwardingFailed += 1
                        _ = state.answerer.respond(.serverFailure, view, query.span, into: &answers.bytes)
                    }
                }
                if answers.bytes.count > start { answers.responses.append((index, start..<answers.bytes.count)) }
            }
        }
    }
}
