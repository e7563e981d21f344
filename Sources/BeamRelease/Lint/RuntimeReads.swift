/// What a mix release says of its own configuration: which variables its `runtime.exs` reads, and which names its code holds.
public struct RuntimeReads: Hashable, Sendable {
    /// What becomes of a variable that is not there.
    public enum Need: Hashable, Sendable {
        /// The boot fails.
        case required
        /// The code takes nil for an answer, as far as can be told.
        case optional
        /// Something else takes its place: a text as it is, or an expression as it is written.
        case defaulted(String)
    }

    /// A place at which `runtime.exs` reads a variable.
    public struct Read: Hashable, Sendable {
        /// The variable.
        public var name: String
        /// The line, from 1.
        public var line: Int
        /// The column, from 1; 0 when it is not known.
        public var column: Int
        /// Whether each boot comes by here: no condition, closure or function stands around it.
        public var isCertain: Bool
        /// What becomes of a variable that is not there.
        public var need: Need
        /// Whether its value is turned into an integer at once, which fails for every other text.
        public var isInteger = false
    }

    /// Something that reads the environment, and hides what.
    public struct Note: Hashable, Sendable {
        /// What hides it.
        public enum Kind: String, Hashable, Sendable {
            /// The whole environment is read.
            case everything
            /// The variable's name is made when it runs.
            case dynamic
            /// Code or configuration that lies somewhere else.
            case opaque
            /// A config provider besides `runtime.exs`.
            case provider
        }

        /// What hides it.
        public var kind: Kind
        /// The line in `runtime.exs`; 0 when it is none of its lines.
        public var line: Int
        /// The function or the module.
        public var what: String
    }

    /// Why `runtime.exs` cannot be parsed.
    public struct SyntaxError: Hashable, Sendable {
        /// The line, from 1.
        public var line: Int
        /// The column, from 1; 0 when it is not known.
        public var column: Int
        /// In Elixir's words.
        public var message: String
    }

    /// The reads, in the order of the file.
    public var reads: [Read] = []
    /// What hides reads.
    public var notes: [Note] = []
    /// Why there are no reads.
    public var syntaxError: SyntaxError?
    /// The names that were asked for and are there: name to application, or to `runtime.exs`.
    public var namesInCode: [String: String] = [:]
    /// What `env.sh` has made of variables that it exports, as far as that was asked; a long value is cut.
    public var exports: [String: String] = [:]
    /// Whether all code was looked through; it is given up after some seconds.
    public var isSearchComplete = true

    /// Makes one that has found nothing.
    public init() {}

    /// Whether a name that was asked for and is nowhere in here is read by nobody.
    public var isComplete: Bool { notes.isEmpty && syntaxError == nil && isSearchComplete }
}
