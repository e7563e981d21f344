internal import ExternalTermFormat
internal import NIOCore

/// The handshake, version 6, from the side that connects.
///
/// `N` (send_name) → `s` (status) ← `N` (challenge) ← `r` (challenge and proof) → `a` (proof) ←. A value: it takes events and
/// says what to do, and knows neither sockets nor clocks. Source: `erl_dist_protocol`, "Distribution Handshake".
struct Handshake {
    enum Event {
        /// The transport is up.
        case connected
        /// A message, without its length.
        case received(ByteBuffer)
        /// The peer, or the transport, closed.
        case closed
        /// The time that was given is over.
        case timedOut
    }

    enum Action: Hashable {
        /// Send this, which has its length before it.
        case send(ByteBuffer)
        /// Both sides have proven that they know the cookie.
        case establish(Introduction)
        /// Close the connection.
        case fail(ConnectError)
        /// Nothing to be done.
        case wait
    }

    /// Who we are to the peer.
    struct Introduction: Hashable {
        /// Our own name.
        var node: Atom
        /// Our own creation, for the pids and references that we make.
        var creation: UInt32
    }

    private enum State {
        case idle
        case awaitingStatus
        case awaitingChallenge(Introduction)
        case awaitingProof(Introduction)
        case done
    }

    private let peer: PeerName
    private let localName: LocalName
    private let cookie: Cookie
    private let challenge: UInt32
    private var state = State.idle

    /// - Parameter challenge: a random number that nobody can guess.
    init(peer: PeerName, localName: LocalName, cookie: Cookie, challenge: UInt32) {
        self.peer = peer
        self.localName = localName
        self.cookie = cookie
        self.challenge = challenge
    }

    mutating func handle(_ event: Event) -> Action {
        let action: Action
        switch (state, event) {
        case (.done, _): return .wait
        case (.idle, .connected):
            state = .awaitingStatus
            return .send(HandshakeMessage.name(localName))
        case (_, .connected): return .wait
        case (_, .received(let message)): action = receive(message)
        case (_, .closed): action = .fail(closed())
        case (_, .timedOut): action = .fail(error(.timedOut, "not done in time"))
        }
        switch action {
        case .fail, .establish: state = .done
        case .send, .wait: break
        }
        return action
    }

    private mutating func receive(_ message: ByteBuffer) -> Action {
        switch state {
        case .awaitingStatus: receiveStatus(message)
        case .awaitingChallenge(let own): receiveChallenge(message, own)
        case .awaitingProof(let own): receiveProof(message, own)
        case .idle, .done: .fail(error(.protocolViolation, "the peer spoke first"))
        }
    }

    private mutating func receiveStatus(_ message: ByteBuffer) -> Action {
        switch HandshakeMessage.Status(message) {
        case .ok?:
            guard case .fixed(let name, let creation) = localName, let node = Atom(name.description) else {
                return .fail(error(.incompatible, "the peer gives no names (OTP 24 and later do)"))
            }
            state = .awaitingChallenge(Introduction(node: node, creation: creation))
            return .wait
        case .named(let node, let creation)?:
            state = .awaitingChallenge(Introduction(node: node, creation: creation))
            return .wait
        case .refused("nok")?: return .fail(error(.busy, "the peer is in another handshake with a node of our name"))
        case .refused("not_allowed")?: return .fail(error(.notAllowed, "the peer does not allow connections from us"))
        case .refused("alive")?: return .fail(error(.alreadyConnected, "the peer is connected to a node of our name"))
        case .refused, nil: return .fail(error(.protocolViolation, "no status of the handshake came back"))
        }
    }

    private mutating func receiveChallenge(_ message: ByteBuffer, _ own: Introduction) -> Action {
        if message.getInteger(at: message.readerIndex, as: UInt8.self) == UInt8(ascii: "n") {
            return .fail(error(.incompatible, "the peer is older than OTP 23"))
        }
        guard let theirs = HandshakeMessage.Challenge(message) else {
            return .fail(error(.protocolViolation, "no challenge of the handshake came"))
        }
        guard theirs.flags.suffices else {
            return .fail(error(.incompatible, "the peer lacks capabilities that OTP 23 has"))
        }
        guard theirs.name == peer.description else {
            let name = Atom(theirs.name)?.description ?? "a node with a name too long"
            return .fail(error(.unexpectedPeer, "\(name) answers there"))
        }
        state = .awaitingProof(own)
        return .send(HandshakeMessage.reply(challenge: challenge, proof: cookie.digest(challenge: theirs.challenge)))
    }

    private func receiveProof(_ message: ByteBuffer, _ own: Introduction) -> Action {
        guard let proof = HandshakeMessage.proof(message) else {
            return .fail(error(.protocolViolation, "no proof of the handshake came"))
        }
        guard cookie.verifies(proof, challenge: challenge) else {
            return .fail(error(.peerNotProven, "the peer does not know the cookie"))
        }
        return .establish(own)
    }

    private func closed() -> ConnectError {
        if case .awaitingProof = state { return error(.cookieRefused, "the peer has another cookie") }
        return error(.closedByPeer, "the peer closed the connection during the handshake")
    }

    private func error(_ code: ConnectError.Code, _ detail: String) -> ConnectError {
        ConnectError(code: code, peer: peer, detail: detail)
    }
}
