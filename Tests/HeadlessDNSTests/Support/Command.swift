import Foundation
import TestSupport
import Testing

/// A program, run to its end.
struct Command {
    var status: Int32
    var output: String
    var errors: String

    /// Runs a program found in the search path; after the deadline it is killed, and the test fails.
    static func run(
        _ words: [String], environment: [String: String] = [:], deadline: Duration = .seconds(30)
    ) async throws -> Command {
        let program = try Spawned(words, environment: environment)
        let watchdog = Task {
            try await Task.sleep(for: deadline)
            Issue.record("\(words.joined(separator: " ")) took longer than \(deadline)")
            kill(program.pid, SIGKILL)
        }
        defer { watchdog.cancel() }
        async let output = text(program.output)
        async let errors = text(program.errors)
        return Command(status: await program.exitCode() ?? -1, output: await output, errors: await errors)
    }

    private static func text(_ lines: AsyncStream<String>) async -> String {
        var all: [String] = []
        for await line in lines { all.append(line) }
        return all.joined(separator: "\n")
    }
}

/// What `dig` says.
enum Dig {
    static func run(_ server: TestAddress, _ words: String...) async throws -> String {
        try await run(server, words)
    }

    static func run(_ server: TestAddress, _ words: [String]) async throws -> String {
        let result = try await Command.run(
            ["dig", "@\(server.host)", "-p", "\(server.port)", "+tries=1", "+time=3"] + words)
        #expect(result.status == 0, "\(result.output) \(result.errors)")
        return result.output
    }

    /// The lines of `+short`, sorted.
    static func short(_ server: TestAddress, _ words: String...) async throws -> [String] {
        let output = try await run(server, ["+short"] + words)
        return output.split(separator: "\n").map(String.init).filter { !$0.hasPrefix(";") }.sorted()
    }
}
