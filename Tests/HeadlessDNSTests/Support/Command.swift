import Foundation
import Testing

/// A program, run to its end.
struct Command {
    var status: Int32
    var output: String
    var errors: String

    /// Runs a program found in the search path; after the deadline it is killed, and the test fails.
    static func run(
        _ words: [String], environment: [String: String] = [:], input: String? = nil, deadline: Duration = .seconds(30)
    ) async throws -> Command {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        let (ends, end) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { end.yield($0.terminationStatus) }
        let read = [output, errors].map { pipe in
            let handle = pipe.fileHandleForReading
            return Task.detached { String(decoding: handle.readDataToEndOfFile(), as: UTF8.self) }
        }
        try process.run()
        let pid = process.processIdentifier
        let watchdog = Task {
            try await Task.sleep(for: deadline)
            Issue.record("\(words.joined(separator: " ")) took longer than \(deadline)")
            kill(pid, SIGKILL)
        }
        defer { watchdog.cancel() }
        var status: Int32 = -1
        for await code in ends {
            status = code
            break
        }
        return Command(status: status, output: await read[0].value, errors: await read[1].value)
    }
}

/// What `dig` says.
enum Dig {
    static func run(_ server: TestAddress, _ words: String...) async throws -> String {
        let result = try await Command.run(
            ["dig", "@\(server.host)", "-p", "\(server.port)", "+tries=1", "+time=3"] + words)
        #expect(result.status == 0, "\(result.output) \(result.errors)")
        return result.output
    }

    /// The lines of `+short`, sorted.
    static func short(_ server: TestAddress, _ words: String...) async throws -> [String] {
        let result = try await Command.run(
            ["dig", "@\(server.host)", "-p", "\(server.port)", "+tries=1", "+time=3", "+short"] + words)
        #expect(result.status == 0, "\(result.output) \(result.errors)")
        return result.output.split(separator: "\n").map(String.init).filter { !$0.hasPrefix(";") }.sorted()
    }
}
