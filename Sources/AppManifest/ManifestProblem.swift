/// One thing that is wrong with a manifest (or with a file of variables), and where.
public struct ManifestProblem: Error, Hashable, Sendable {
    /// What kind of mistake it is; more may come.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// Stable, lower-case, with dashes.
        public let description: String

        /// The text is no YAML.
        public static let syntax = Code(description: "syntax")
        /// The manifest knows no such key.
        public static let unknownKey = Code(description: "unknown-key")
        /// The value is of another kind than the key takes.
        public static let wrongType = Code(description: "wrong-type")
        /// The value is of the right kind, but cannot be.
        public static let badValue = Code(description: "bad-value")
        /// The same key twice, or two keys that exclude each other.
        public static let conflict = Code(description: "conflict")
        /// The key is known, but nothing implements it yet.
        public static let notImplemented = Code(description: "not-implemented")
        /// A key that must be there is not.
        public static let missing = Code(description: "missing")
        /// A variable that beamctl alone sets.
        public static let reserved = Code(description: "reserved-variable")
        /// A variable of the user's environment that the manifest refers to is not set.
        public static let unset = Code(description: "unset-variable")
        /// The manifest has no environment of that name.
        public static let unknownEnvironment = Code(description: "unknown-environment")
    }

    /// What kind of mistake it is.
    public var code: Code
    /// The line, from 1; nil when it is about the manifest as a whole.
    public var line: Int?
    /// The column, from 1, in code points; nil when `line` is.
    public var column: Int?
    /// The keys that lead there, with dots, such as `processes.web.replicas`; empty for the manifest as a whole.
    public var path: String
    /// What is wrong, one line in lower case.
    public var message: String

    /// Makes one.
    public init(_ code: Code, line: Int? = nil, column: Int? = nil, path: String = "", _ message: String) {
        self.code = code
        self.line = line
        self.column = column
        self.path = path
        self.message = message
    }
}

extension ManifestProblem: CustomStringConvertible {
    /// `path: message`.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// Everything that is wrong with a manifest, or with a file of variables.
public struct ManifestError: Error, Hashable, Sendable {
    /// The manifest's file, as it was named.
    public var file: String
    /// What is wrong, in the order of the text; never empty, and at most ``mostProblems``.
    public var problems: [ManifestProblem]

    /// How many problems are told at once.
    public static let mostProblems = 50

    /// Makes one.
    public init(file: String, problems: [ManifestProblem]) {
        self.file = file
        self.problems = problems
    }
}

extension ManifestError: CustomStringConvertible {
    /// A line for each problem: `file:line:column: path: message`.
    public var description: String {
        problems.map { problem in
            let place = [problem.line, problem.column].compactMap { $0 }.map { ":\($0)" }.joined()
            return "\(file)\(place): \(problem)"
        }.joined(separator: "\n")
    }
}
