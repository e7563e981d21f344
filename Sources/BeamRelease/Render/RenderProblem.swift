/// One thing that keeps a configuration file from being rendered. No text in it comes from a value, which may be a secret.
public struct RenderProblem: Hashable, Sendable {
    /// The file, as the caller named it.
    public var file: String
    /// The line in the file as it was before rendering, from 1.
    public var line: Int
    /// The column there, from 1, in code points.
    public var column: Int
    /// The variable that it comes from, when it comes from one.
    public var variable: String?
    /// What is wrong, and what to do.
    public var reason: String

    /// Makes one.
    public init(file: String, line: Int, column: Int, variable: String?, reason: String) {
        self.file = file
        self.line = line
        self.column = column
        self.variable = variable
        self.reason = reason
    }
}

extension RenderProblem: CustomStringConvertible {
    /// `file:line:column: VARIABLE: reason`.
    public var description: String {
        "\(file):\(line):\(column): " + (variable.map { "\($0): " } ?? "") + reason
    }
}

/// Why a configuration file was not rendered: every problem that was found, by place.
public struct RenderError: Error, Hashable, Sendable {
    /// How many problems are told at most.
    public static let mostProblems = 100

    /// The problems, at least one and at most ``mostProblems``.
    public let problems: [RenderProblem]

    init(problems: [RenderProblem]) {
        self.problems = Array(problems.prefix(Self.mostProblems))
    }
}

extension RenderError: CustomStringConvertible {
    /// One line for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
