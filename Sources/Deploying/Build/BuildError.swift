/// Why there is no release to deploy: what, where, why, and what to do next.
public struct BuildError: Error, Hashable, Sendable {
    /// What kind of trouble it is; more may come.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// Stable, lower-case, with dashes.
        public let description: String

        /// The folder holds no project of a tool that is known.
        public static let noProject = Code(description: "no-project")
        /// The project has not what the manifest's `build` names, or has several and the manifest names none.
        public static let whichRelease = Code(description: "which-release")
        /// A program that builds is not there.
        public static let toolMissing = Code(description: "tool-missing")
        /// A step ended with an error; its output says why.
        public static let stepFailed = Code(description: "build-failed")
        /// The manifest's `release_command` ended with an error; its output says why.
        public static let commandFailed = Code(description: "release-command-failed")
        /// There is no built release where it should be.
        public static let notBuilt = Code(description: "not-built")
    }

    /// What kind of trouble it is.
    public let code: Code
    /// The folder, or the step as it would be typed.
    public let place: String
    /// Why, one line in lower case.
    public let reason: String
    /// What to do next, a command or a sentence.
    public let next: String?
    /// The last lines of output of the step that failed.
    public let output: [String]

    /// Makes one.
    public init(_ code: Code, at place: String, _ reason: String, next: String? = nil, output: [String] = []) {
        self.code = code
        self.place = place
        self.reason = reason
        self.next = next
        self.output = output
    }
}

extension BuildError: CustomStringConvertible {
    /// `place: reason (next)`.
    public var description: String { "\(place): \(reason)" + (next.map { " (\($0))" } ?? "") }
}
