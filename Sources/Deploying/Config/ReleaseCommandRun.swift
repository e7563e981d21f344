public import FleetModel

/// Runs the manifest's `release_command` from the new release, before a replica is touched: migrations.
public struct ReleaseCommandRun: Sendable {
    private let platform: any Platform

    /// Makes one.
    public init(platform: any Platform) {
        self.platform = platform
    }

    /// Runs it to its end, and tells every line of its output, without secrets, as it comes. Cancelling the task ends it with all
    /// that it has started. Does nothing when the manifest names no command.
    ///
    /// Throws ``BuildError`` `.commandFailed` when it fails, what the platform throws, or `CancellationError`.
    public func run(_ request: PreflightRequest, _ tell: @escaping @Sendable (String) -> Void) async throws {
        guard let words = request.spec.releaseCommand else { return }
        let preflight = try await platform.preflight(request)
        do {
            try await run(words, preflight, tell)
            await platform.discard(preflight)
        } catch {
            await platform.discard(preflight)
            throw error
        }
    }

    private func run(
        _ words: [String], _ preflight: Preflight, _ tell: @escaping @Sendable (String) -> Void
    ) async throws {
        guard let call = preflight.releaseCommand else { return }
        let redactor = Redactor(preflight.secretValues)
        let step = BuildStep(call.executable, call.arguments, directory: call.directory)
        let outcome: CommandRunner.Outcome
        do {
            outcome = try await CommandRunner(environment: call.environment)
                .runReadingApart(step, input: call.standardInput) { tell(redactor.redacted($0)) }
        } catch let error as BuildError where error.code == .toolMissing {
            throw BuildError(
                .commandFailed, at: "release_command (\(words.joined(separator: " ")))",
                "the release has no \(words.first ?? ""); nothing is deployed, and what runs is as it was",
                next:
                    "mix phx.gen.release writes bin/migrate; or take a command of the start script: eval \"App.Release.migrate()\""
            )
        }
        try SSHConnection.checkEnd(of: call, code: outcome.code)
        guard outcome.isSuccess else {
            throw BuildError(
                .commandFailed, at: "release_command (\(words.joined(separator: " ")))",
                "\(outcome.description); nothing is deployed, and what runs is as it was")
        }
    }
}
