internal import ExternalTermFormat

/// What a peer says to us once the connection is up: the control tuples of `erl_dist_protocol`, as far as a node without
/// processes has to do with them.
enum ControlMessage: Hashable {
    /// `SEND`, `SEND_TT`, `SEND_SENDER`, `SEND_SENDER_TT`: a message to a pid; it follows.
    case send(to: Pid)
    /// `LINK`
    case link(from: Term, to: Term)
    /// `UNLINK_ID`
    case unlink(id: Term, from: Term, to: Term)
    /// `MONITOR_P`
    case monitor(from: Term, target: Term, reference: Term)
    /// `SPAWN_REQUEST`, `SPAWN_REQUEST_TT`
    case spawnRequest(id: Term, from: Term)
    /// Whatever needs no answer from us: messages to names, exits, demonitors, group leaders, and what later releases add.
    case other(Int)

    /// Reads a control tuple; `nil` when it is none.
    init?(_ term: Term) {
        guard let parts = term.tuple, let operation = parts.first?.int else { return nil }
        switch (operation, parts.count) {
        case (1, 3): self = .link(from: parts[1], to: parts[2])
        case (2, 3), (12, 4), (22, 3), (23, 4):
            guard case .pid(let pid) = parts[2] else { return nil }
            self = .send(to: pid)
        case (19, 4): self = .monitor(from: parts[1], target: parts[2], reference: parts[3])
        case (29, 6), (30, 7): self = .spawnRequest(id: parts[1], from: parts[2])
        case (35, 4): self = .unlink(id: parts[1], from: parts[2], to: parts[3])
        default: self = .other(operation)
        }
    }

    /// `REG_SEND`: a message to the process that is registered under a name.
    static func registeredSend(from pid: Pid, to name: Atom) -> Term {
        .tuple([6, .pid(pid), .atom(""), .atom(name)])
    }

    /// `EXIT` for a link to a process that is not there.
    static func exitNoProcess(from: Term, to: Term) -> Term {
        .tuple([3, from, to, .atom("noproc")])
    }

    /// `MONITOR_P_EXIT` for a monitor of a process that is not there.
    static func monitorExitNoProcess(target: Term, to: Term, reference: Term) -> Term {
        .tuple([21, target, to, reference, .atom("noproc")])
    }

    /// `UNLINK_ID_ACK`
    static func unlinkAcknowledged(id: Term, from: Term, to: Term) -> Term {
        .tuple([36, id, from, to])
    }

    /// `SPAWN_REPLY` with an error: nothing can be spawned here.
    static func spawnRefused(id: Term, to: Term) -> Term {
        .tuple([31, id, to, 0, .atom("notsup")])
    }
}
