import Foundation
import Glibc
import Subprocess
import SystemPackage

/// Runs the program that gives credentials.
struct PluginRunner: Sendable {
    /// The user's environment.
    let environment: [String: String]
    /// Hears what the program says to its user: which page to open, which code to enter.
    let onLine: @Sendable (String) -> Void
    /// A person may have to sign in somewhere.
    var patience = Duration.seconds(120)

    private static let longestAnswer = 1 << 20

    /// What it gave. Throws ``KubernetesError`` `.execPlugin`, `CancellationError`.
    func run(_ plugin: ExecPlugin) async throws -> ExecPlugin.Answer {
        let isTerminal = isatty(STDIN_FILENO) == 1
        guard plugin.interaction != .always || isTerminal else {
            throw plugin.failure("it wants to ask its user something, and there is no terminal")
        }
        let isInteractive = isTerminal && plugin.interaction != .never
        let configuration = configuration(plugin, isInteractive: isInteractive)
        do {
            return try await withThrowingTaskGroup(of: ExecPlugin.Answer?.self) { group in
                group.addTask {
                    isInteractive
                        ? try await run(plugin, configuration, input: .currentStandardInput)
                        : try await run(plugin, configuration, input: .none)
                }
                group.addTask {
                    try await Task.sleep(for: patience)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let answer = first else {
                    throw plugin.failure("it gives no answer within \(patience.components.seconds) s")
                }
                return answer
            }
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            guard error.code == .executableNotFound else { throw plugin.failure("it could not be run: \(error)") }
            throw plugin.failure("it is not installed", next: plugin.installHint ?? "install \(plugin.command)")
        }
    }

    private func run(
        _ plugin: ExecPlugin, _ configuration: Configuration, input: some InputProtocol
    ) async throws -> ExecPlugin.Answer {
        let result = try await Subprocess.run(configuration, input: input, output: .sequence, error: .sequence) { execution in
            async let heard = hear(execution.standardError)
            var output: [UInt8] = []
            for try await buffer in execution.standardOutput {
                output += buffer.withUnsafeBytes { Array($0) }
                guard output.count <= Self.longestAnswer else { throw plugin.failure("its answer is longer than 1 MiB") }
            }
            return (output: output, last: try await heard)
        }
        let (output, last) = result.closureResult
        guard result.terminationStatus.isSuccess else {
            let words = last.map { ": \($0.prefix(300))" } ?? ", and says nothing"
            throw plugin.failure("it ended with an error\(words)")
        }
        return try plugin.read(output)
    }

    /// Hands on each line; returns the last.
    private func hear(_ errors: SubprocessOutputSequence) async throws -> String? {
        var cutter = LineCutter(longest: 4_096)
        var last: String?
        func tell(_ piece: LineCutter.Piece) {
            let line = String(decoding: piece.bytes, as: UTF8.self)
            if !line.trimmingCharacters(in: .whitespaces).isEmpty { last = line }
            onLine(line)
        }
        for try await buffer in errors { cutter.take(buffer.withUnsafeBytes { Array($0) }).forEach(tell) }
        if let rest = cutter.finish() { tell(rest) }
        return last
    }

    private func configuration(_ plugin: ExecPlugin, isInteractive: Bool) -> Configuration {
        var variables = environment.merging(plugin.variables, uniquingKeysWith: { _, theirs in theirs })
        variables["KUBERNETES_EXEC_INFO"] = plugin.question(isInteractive: isInteractive)
        var options = PlatformOptions()
        // One that asks its user has to stay in the terminal's foreground group.
        if !isInteractive { options.processGroupID = 0 }
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: !isInteractive, allowedDurationToNextStep: .seconds(1)),
            .send(signal: .kill, toProcessGroup: !isInteractive, allowedDurationToNextStep: .seconds(1)),
        ]
        var keys: [Environment.Key: String] = [:]
        for (name, value) in variables { if let key = Environment.Key(rawValue: name) { keys[key] = value } }
        return Configuration(
            executable: plugin.command.contains("/") ? .path(FilePath(plugin.command)) : .name(plugin.command),
            arguments: Arguments(plugin.arguments), environment: .custom(keys), platformOptions: options)
    }
}
