/// systemd, through its own programs.
public struct ServiceManager: Sendable {
    private let environment: [String: String]

    /// Makes one; `environment` is the user's own.
    public init(environment: [String: String]) {
        self.environment = environment
    }

    /// Runs one of them. Throws ``BuildError`` with what it said.
    public func run(_ program: String, _ words: [String]) async throws {
        let step = BuildStep(program, words, directory: "/")
        let outcome = try await CommandRunner(environment: environment).run(step) { _ in }
        guard outcome.isSuccess else {
            throw BuildError(.stepFailed, at: "\(step)", outcome.tail.last ?? outcome.description)
        }
    }
}
