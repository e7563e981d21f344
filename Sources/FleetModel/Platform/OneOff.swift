/// A command of the release's own script, run in a replica.
public struct OneOff: Hashable, Codable, Sendable {
    /// What to run.
    public enum Kind: String, Hashable, Codable, Sendable {
        /// `rpc EXPR`: within a running replica.
        case rpc
        /// `remote`: a shell within a running replica.
        case remote
    }

    /// What to run.
    public var kind: Kind
    /// The expression; nil for `remote`.
    public var expression: String?
    /// The replica; nil: the oldest that is ready.
    public var replica: String?
    /// The caller's `TERM`, for `remote`.
    public var terminal: String?

    /// Makes one.
    public init(kind: Kind, expression: String? = nil, replica: String? = nil, terminal: String? = nil) {
        self.kind = kind
        self.expression = expression
        self.replica = replica
        self.terminal = terminal
    }
}

/// A program to be started exactly so: an absolute path, arguments after it, the whole environment.
public struct ProgramCall: Hashable, Codable, Sendable {
    /// The program's absolute path.
    public var executable: String
    /// What follows it.
    public var arguments: [String]
    /// The whole environment; nothing is inherited but the terminal's own variables.
    public var environment: [String: String]
    /// The working directory.
    public var directory: String
    /// What it reads from its standard input; nil: what the user types.
    public var standardInput: String?
    /// A folder that was made for it, and goes when whoever called is gone before it has ended; nil: there is none.
    public var temporaryFolder: String?

    /// Makes one.
    public init(
        executable: String, arguments: [String], environment: [String: String], directory: String, standardInput: String? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.standardInput = standardInput
    }
}
