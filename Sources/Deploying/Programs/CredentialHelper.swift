import Subprocess

/// Runs the programs in which Docker keeps passwords: `docker-credential-<name> get`.
public struct CredentialHelper: Sendable {
    private let environment: [String: String]
    /// More than any answer has.
    private static let longest = 1 << 20

    /// Makes one; `environment` is the user's, by which the programs are found.
    public init(environment: [String: String]) {
        self.environment = environment
    }

    /// A helper that failed, in its own words.
    public struct Failure: Error, CustomStringConvertible {
        /// What it said.
        public let description: String
    }

    /// Runs one. Throws ``Failure`` when it is not there, or ends with an error.
    public func get(_ program: String, _ input: String) async throws -> [UInt8] {
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        do {
            let result = try await Subprocess.run(
                .name(program), arguments: ["get"], environment: .custom(variables), input: .string(input),
                output: .string(limit: Self.longest), error: .string(limit: Self.longest))
            let output = result.standardOutput
            guard result.terminationStatus.isSuccess else {
                let words = (output + result.standardError).split(separator: "\n").first.map(String.init) ?? "it says nothing"
                throw Failure(description: String(words.prefix(200)))
            }
            return Array(output.utf8)
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw Failure(
                description: error.code == .executableNotFound ? "it is not installed" : "it could not be run: \(error)")
        }
    }
}
