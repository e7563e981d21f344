internal import ExternalTermFormat
internal import NIOCore

/// A connection that is up: which calls wait for an answer, and what to do about each frame.
///
/// A value without sockets or clocks. `Waiter` is whatever its owner wants to have back when an answer comes.
struct Session<Waiter> {
    enum Action {
        /// This waiter's call is answered.
        case answer(Waiter, Result<Term, CallFault>)
        /// Send this frame.
        case send(ByteBuffer)
        /// The peer sent what no node sends: close.
        case violation(String)
        /// Nothing to be done.
        case none
    }

    /// The process that we pretend to be: it makes all the calls.
    private let pid: Pid
    private let settings: ConnectionSettings
    private var waiters: [UInt64: Waiter] = [:]
    private var lastID: UInt64 = 0

    init(_ own: Handshake.Introduction, settings: ConnectionSettings) {
        self.pid = Pid(node: own.node, id: 1, serial: 0, creation: own.creation)
        self.settings = settings
    }

    /// How many calls wait for an answer.
    var pendingCalls: Int { waiters.count }

    /// Starts a call: writes its frame to `output` and remembers the waiter.
    ///
    /// - Parameter request: what `rex` is asked, without 131.
    /// - Returns: the call's number, by which it can be abandoned.
    mutating func begin(_ request: ByteBuffer, _ waiter: Waiter, into output: inout ByteBuffer) throws(CallFault) -> UInt64 {
        lastID += 1
        let start = output.writerIndex
        do {
            try write(request, from: reference(lastID), into: &output)
        } catch {
            output.moveWriterIndex(to: start)
            throw .unencodable(error)
        }
        let length = output.writerIndex - start - 4
        guard length <= settings.maximumMessageBytes else {
            output.moveWriterIndex(to: start)
            throw .requestTooLarge(length)
        }
        output.setInteger(UInt32(length), at: start)
        waiters[lastID] = waiter
        return lastID
    }

    /// Forgets a call: an answer that still comes is dropped without being decoded.
    mutating func abandon(_ id: UInt64) {
        waiters[id] = nil
    }

    mutating func receive(_ frame: Frame) -> Action {
        switch frame {
        case .handshake: .violation("a message of the handshake after it")
        case .tick: .none
        case .message(let message): receive(message, length: nil)
        case .oversized(let length, let head): receive(head, length: length)
        }
    }
}

// MARK: - What goes out
extension Session {
    /// REG_SEND to `rex` of `{'$gen_call', {Pid, Reference}, Request}`.
    private func write(
        _ request: ByteBuffer, from reference: Term, into output: inout ByteBuffer
    ) throws(TermEncodingError) {
        output.writeMultipleIntegers(UInt32(0), passThrough)
        try output.writeTerm(ControlMessage.registeredSend(from: pid, to: "rex"))
        output.writeMultipleIntegers(UInt8(131), UInt8(104), UInt8(3))  // a tuple of three, the last of which is written already
        try output.writeElement(.atom("$gen_call"))
        try output.writeElement(.tuple([.pid(pid), reference]))
        output.writeImmutableBuffer(request)
    }

    private func send(_ term: Term) -> Action {
        var output = ByteBuffer()
        output.writeMultipleIntegers(UInt32(0), passThrough)
        do {
            try output.writeTerm(term)
        } catch {
            return .none  // made of terms that were decoded just now: they can be encoded
        }
        output.setInteger(UInt32(output.readableBytes - 4), at: 0)
        return .send(output)
    }

    /// A call's number as the words of a reference; only 18 bits of the first word count.
    private func reference(_ id: UInt64) -> Term {
        let words = (UInt32(id & 0x3_ffff), UInt32(truncatingIfNeeded: id >> 18), UInt32(id >> 50))
        return .reference(Reference(node: pid.node, creation: pid.creation, words: words))
    }
}

// MARK: - What comes in
extension Session {
    private mutating func receive(_ message: ByteBuffer, length: Int?) -> Action {
        var message = message
        guard message.readInteger(as: UInt8.self) == passThrough else { return .violation("a message that is not of type 112") }
        var decoder = TermDecoder(message, limits: settings.terms)
        do {
            guard let control = ControlMessage(try decoder.decode()) else { return .violation("a malformed control message") }
            return receive(control, payload: decoder.remaining, length: length)
        } catch {
            return .violation("an unreadable control message: \(error)")
        }
    }

    private mutating func receive(_ control: ControlMessage, payload: ByteBuffer, length: Int?) -> Action {
        let ourself = Term.pid(pid)
        switch control {
        case .send(to: pid): return answer(payload, length: length)
        case .link(let from, let target) where target != ourself:
            return send(ControlMessage.exitNoProcess(from: target, to: from))
        case .unlink(let id, let from, let target):
            return send(ControlMessage.unlinkAcknowledged(id: id, from: target, to: from))
        case .monitor(let from, let target, let reference) where target != ourself:
            return send(ControlMessage.monitorExitNoProcess(target: target, to: from, reference: reference))
        case .spawnRequest(let id, let from): return send(ControlMessage.spawnRefused(id: id, to: from))
        case .send, .link, .monitor, .other: return .none
        }
    }

    /// `{Reference, Value}`. The reference is read first: only an answer that somebody waits for is decoded.
    private mutating func answer(_ payload: ByteBuffer, length: Int?) -> Action {
        var decoder = TermDecoder(payload, limits: settings.terms)
        guard (try? decoder.openTuple()) == 2, let tag = try? decoder.decodeElement(), let id = callID(tag),
            let waiter = waiters.removeValue(forKey: id)
        else { return .none }
        if let length { return .answer(waiter, .failure(.answerTooLarge(length))) }
        do {
            let value = try decoder.decodeElement()
            if let pair = value.tuple, pair.count == 2, pair[0] == .atom("badrpc") {
                return .answer(waiter, .failure(.badRPC(pair[1])))
            }
            return .answer(waiter, .success(value))
        } catch {
            return .answer(waiter, .failure(.answerUndecodable(error)))
        }
    }

    private func callID(_ tag: Term) -> UInt64? {
        guard case .reference(let reference) = tag, reference.node == pid.node, reference.creation == pid.creation,
            reference.words.count == 3
        else { return nil }
        return UInt64(reference.words[0]) | UInt64(reference.words[1]) << 18 | UInt64(reference.words[2]) << 50
    }
}

/// Before each message: "distribution pass-through", without a header.
private let passThrough: UInt8 = 112
