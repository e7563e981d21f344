/// A process identifier (`NEW_PID_EXT`).
public struct Pid: Hashable, Sendable {
    /// The node where the process lives.
    public var node: Atom
    /// The number of the process; `ID` in the protocol.
    public var id: UInt32
    /// Goes up when `id` starts again; `Serial` in the protocol.
    public var serial: UInt32
    /// Tells incarnations of a node of one name apart; `Creation` in the protocol.
    public var creation: UInt32

    /// Makes a process identifier from the protocol's four fields.
    public init(node: Atom, id: UInt32, serial: UInt32, creation: UInt32) {
        self.node = node
        self.id = id
        self.serial = serial
        self.creation = creation
    }
}

/// A port identifier (`NEW_PORT_EXT`, `V4_PORT_EXT`).
public struct Port: Hashable, Sendable {
    /// The node where the port lives.
    public var node: Atom
    /// The number of the port.
    public var id: UInt64
    /// Tells incarnations of a node of one name apart.
    public var creation: UInt32

    /// Makes a port identifier from the protocol's three fields.
    public init(node: Atom, id: UInt64, creation: UInt32) {
        self.node = node
        self.id = id
        self.creation = creation
    }
}

/// A reference (`NEWER_REFERENCE_EXT`).
public struct Reference: Hashable, Sendable {
    /// The node that made the reference.
    public let node: Atom
    /// Tells incarnations of a node of one name apart.
    public let creation: UInt32
    /// One to five words; opaque.
    public let words: [UInt32]

    /// The most words a reference has (with the `V4_NC` capability).
    public static let maximumWords = 5

    /// Makes a reference, or `nil` when there are not 1 to 5 words.
    public init?(node: Atom, creation: UInt32, words: [UInt32]) {
        guard (1...Self.maximumWords).contains(words.count) else { return nil }
        self.node = node
        self.creation = creation
        self.words = words
    }

    /// Makes a reference of three words, the usual number.
    public init(node: Atom, creation: UInt32, words: (UInt32, UInt32, UInt32)) {
        self.node = node
        self.creation = creation
        self.words = [words.0, words.1, words.2]
    }
}

/// `fun module:function/arity` (`EXPORT_EXT`).
public struct Export: Hashable, Sendable {
    /// The module's name.
    public var module: Atom
    /// The function's name.
    public var function: Atom
    /// How many arguments it takes.
    public var arity: UInt8

    /// Makes a reference to an exported function.
    public init(module: Atom, function: Atom, arity: UInt8) {
        self.module = module
        self.function = function
        self.arity = arity
    }
}

/// A closure (`NEW_FUN_EXT`). What it does lies in its module on its node; here it can only be kept and sent back.
public struct Function: Hashable, Sendable {
    /// The module whose code it runs.
    public let module: Atom
    /// How many arguments it takes.
    public let arity: UInt8
    /// Its number among the module's closures.
    public let index: UInt32
    /// Everything after tag and size, as the peer wrote it.
    let bytes: [UInt8]
}
