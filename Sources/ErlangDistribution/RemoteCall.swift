public import ExternalTermFormat
internal import NIOCore

/// A function to be called on a node, through its `rex` server (module `rpc`).
public struct RemoteCall: Hashable, Sendable, CustomStringConvertible {
    /// How the peer runs it.
    public enum Style: Hashable, Sendable {
        /// In a process of its own, beside other calls.
        case concurrent
        /// In the `rex` server itself, which lives as long as the node: for what belongs to the calling process and would
        /// die with it, such as `erlang:system_flag(scheduler_wall_time, true)`. Holds up all other calls meanwhile.
        case blocking
    }

    /// The module's name; of an Elixir module with its prefix, `Elixir.Enum`.
    public var module: Atom
    /// The function's name.
    public var function: Atom
    /// Its arguments.
    public var arguments: [Term]
    /// How the peer runs it.
    public var style: Style

    /// Names a function and its arguments.
    public init(_ module: Atom, _ function: Atom, _ arguments: [Term] = [], style: Style = .concurrent) {
        self.module = module
        self.function = function
        self.arguments = arguments
        self.style = style
    }

    /// `module:function/arity`, without the arguments: they may be secret.
    public var description: String { "\(module):\(function)/\(arguments.count)" }

    /// The request as `rex` takes it, `{call, M, F, A, GroupLeader}`, without 131.
    ///
    /// The group leader is the peer's own `user`: we do not speak the I/O protocol here, and a function that prints must not
    /// wait for us. Source: `rpc.erl`, `handle_call/3` ("hidden C nodes doesn't want any I/O").
    func encoded() throws(CallFault) -> ByteBuffer {
        let kind: Atom = style == .blocking ? "block_call" : "call"
        let request = Term.tuple([.atom(kind), .atom(module), .atom(function), .list(arguments), .atom("user")])
        var buffer = ByteBuffer()
        do {
            try buffer.writeElement(request)
        } catch {
            throw .unencodable(error)
        }
        return buffer
    }
}
