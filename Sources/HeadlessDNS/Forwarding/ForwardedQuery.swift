internal import DNSMessage
internal import NIOCore

/// One query that is handed on: whom to ask next, and which response to believe. No I/O and no clock.
///
/// The first server is asked over UDP; when it stays silent for the patience, or fails, or refuses, the next is asked as
/// well, at most twice round. The first good response from any of them is the answer. A truncated one is asked again over
/// TCP if the client is on TCP; a client on UDP is given it as it is and comes back over TCP itself.
struct ForwardedQuery {
    /// A query sent to one server.
    struct Attempt: Equatable {
        /// Its place among all attempts so far.
        var number: Int
        /// The server's place in the list.
        var server: Int
        var transport: Answerer.Transport
        var id: UInt16
    }

    enum Event {
        case started
        /// The patience with the last attempt is at its end.
        case patienceEnded
        case received(ByteBuffer, attempt: Int)
        /// Nobody listens there, or the connection broke.
        case failed(attempt: Int)
        /// The client has waited long enough.
        case timeIsUp
    }

    enum Action: Equatable {
        /// Send the query.
        case ask(Attempt)
        /// Give the client this response, its own id in it.
        case answer(ByteBuffer)
        /// Nobody is left to wait for.
        case fail
        /// Nothing to do for now.
        case wait
    }

    let query: ByteBuffer
    let view: QueryView
    private let transport: Answerer.Transport
    private let serverCount: Int
    private var attempts: [Attempt] = []
    private var open: Set<Int> = []
    /// A failure that a server told: better than none, if nobody knows better.
    private var refusal: ByteBuffer?
    private var nextServer = 0
    private let randomID: () -> UInt16

    static let rounds = 2

    init(
        _ query: ByteBuffer, _ view: QueryView, over transport: Answerer.Transport, serverCount: Int,
        randomID: @escaping () -> UInt16
    ) {
        self.query = query
        self.view = view
        self.transport = transport
        self.serverCount = serverCount
        self.randomID = randomID
    }

    mutating func handle(_ event: Event) -> Action {
        switch event {
        case .started, .patienceEnded:
            return ask(limit: serverCount * Self.rounds) ?? .wait
        case .failed(let attempt):
            open.remove(attempt)
            return askOthers()
        case .received(let response, let attempt):
            return receive(response, attempt)
        case .timeIsUp:
            return refusal.map(Action.answer) ?? .fail
        }
    }

    /// The attempt's query: the client's own, under another id.
    func bytes(_ attempt: Attempt) -> ByteBuffer {
        var bytes = query
        bytes.setInteger(attempt.id, at: bytes.readerIndex)
        return bytes
    }

    private mutating func receive(_ response: ByteBuffer, _ number: Int) -> Action {
        guard open.contains(number), answers(response, attempts[number]) else { return .wait }
        let flags = response.readableBytesUInt8Span.uint16(at: 2)
        if flags & Header.Flags.truncated.rawValue != 0, attempts[number].transport == .udp, transport == .tcp {
            open.remove(number)
            return ask(attempts[number].server, over: .tcp)
        }
        let code = ResponseCode(rawValue: flags & 15)
        guard [.noError, .nameError].contains(code) else {
            open.remove(number)
            refusal = refusal ?? forClient(response)
            return askOthers()
        }
        return .answer(forClient(response))
    }

    /// Whether this is a response to that attempt: id, QR, opcode and question are what they must be (RFC 5452, section 9).
    /// Who sent it the connected socket has seen to.
    private func answers(_ response: ByteBuffer, _ attempt: Attempt) -> Bool {
        let bytes = response.readableBytesUInt8Span
        let asked = query.readableBytesUInt8Span
        guard bytes.count >= view.questionEnd, bytes.uint16(at: 0) == attempt.id,
            bytes.uint16(at: 2) & 0xF800 == 0x8000, bytes.uint16(at: 4) == 1
        else { return false }
        for offset in QueryView.questionStart..<view.questionEnd {
            // Type and class are no letters, but equal they must be all the same.
            let same =
                offset < view.nameEnd
                ? Name.lowercase(bytes[offset]) == Name.lowercase(asked[offset]) : bytes[offset] == asked[offset]
            guard same else { return false }
        }
        return true
    }

    /// The response with the client's id and its own writing of the question, cut to the question (TC) when a client on
    /// UDP does not take that much.
    private func forClient(_ response: ByteBuffer) -> ByteBuffer {
        var response = response
        if transport == .udp, response.readableBytes > max(512, view.edns?.payloadSize ?? 512) {
            response = response.getSlice(at: response.readerIndex, length: view.questionEnd) ?? response
            let flags = response.readableBytesUInt8Span.uint16(at: 2) | Header.Flags.truncated.rawValue
            response.setInteger(flags, at: response.readerIndex + 2)
            response.setRepeatingByte(0, count: 6, at: response.readerIndex + 6)
        }
        response.setInteger(view.id, at: response.readerIndex)
        let question = ByteBuffer(query.readableBytesView.dropFirst(12).prefix(view.nameLength))
        response.setBuffer(question, at: response.readerIndex + QueryView.questionStart)
        return response
    }

    /// After a failure: the servers that have not been asked at all, then whatever is still open, then the end.
    private mutating func askOthers() -> Action {
        if let action = ask(limit: serverCount) { return action }
        if !open.isEmpty { return .wait }
        return refusal.map(Action.answer) ?? .fail
    }

    private mutating func ask(limit: Int) -> Action? {
        guard nextServer < limit else { return nil }
        let server = nextServer % serverCount
        nextServer += 1
        return ask(server, over: .udp)
    }

    private mutating func ask(_ server: Int, over transport: Answerer.Transport) -> Action {
        let attempt = Attempt(number: attempts.count, server: server, transport: transport, id: randomID())
        open.insert(attempt.number)
        attempts.append(attempt)
        return .ask(attempt)
    }
}
