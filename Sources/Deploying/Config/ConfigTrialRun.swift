public import BeamRelease
public import FleetModel

/// Tries a configuration with the release itself, before a replica is touched: its VM boots with what its replicas would get, runs
/// `runtime.exs` and config providers, starts nothing, and ends.
public struct ConfigTrialRun: Sendable {
    private let platform: any Platform

    /// How long a boot may take.
    static let patience = Duration.seconds(60)

    /// Makes one.
    public init(platform: any Platform) {
        self.platform = platform
    }

    /// Tries it.
    ///
    /// - Parameter boots: Whether the release is booted; else only what it reads is asked for, and what can be rendered is.
    ///
    /// Returns what the release says that it reads, as far as it can tell. Throws ``ConfigFailure`` when the boot fails,
    /// `PlatformError` when there is nothing to boot: a secret that is not set, a file that cannot be rendered.
    public func run(_ request: PreflightRequest, boots: Bool = true) async throws -> RuntimeReads? {
        let preflight = try await platform.preflight(request)
        do {
            let reads = try await run(preflight, boots: boots)
            await platform.discard(preflight)
            return reads
        } catch {
            await platform.discard(preflight)
            throw error
        }
    }

    private func run(_ preflight: Preflight, boots: Bool) async throws -> RuntimeReads? {
        guard boots, !preflight.boots.isEmpty else { return await Self.reads(preflight.reads) }
        let redactor = Redactor(preflight.secretValues)
        do {
            return try await withThrowingTaskGroup(of: RuntimeReads?.self) { group in
                for (process, call) in preflight.boots {
                    group.addTask { try await Self.boot(call, of: process, hiding: redactor) }
                }
                return try await group.reduce(nil) { $0 ?? $1 }
            }
        } catch let failure as ConfigFailure {
            // What the release reads names the variable of a line.
            throw failure.explained(by: await Self.reads(preflight.reads))
        }
    }

    /// Boots the release; returns what it says that it reads.
    private static func boot(_ call: ProgramCall, of process: String, hiding redactor: Redactor) async throws -> RuntimeReads? {
        let outcome = try await ProgramRun(call).run(within: patience)
        guard outcome.isSuccess else {
            throw ConfigFailure(process, outcome, hiding: redactor)
        }
        return try? RuntimeReads.parse(outcome.output.joined(separator: "\n"))
    }

    /// What cannot be read this way explains less; it is no reason to stop.
    private static func reads(_ call: ProgramCall?) async -> RuntimeReads? {
        guard let call, let outcome = try? await ProgramRun(call).run(within: patience), outcome.isSuccess else { return nil }
        return try? RuntimeReads.parse(outcome.output.joined(separator: "\n"))
    }
}
