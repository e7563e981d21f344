public import BeamRelease
public import FleetModel

/// Tries a configuration with the release itself, before a replica is touched: its VM boots with what its replicas would get, runs
/// `runtime.exs` and config providers, starts nothing, and ends.
public struct ConfigTrialRun: Sendable {
    private let platform: any Platform
    private let limit: Duration?

    /// How long a boot may take.
    static let patience = Duration.seconds(60)

    /// Makes one.
    ///
    /// - Parameter limit: How long the platform may take for a boot where it has to find a place for it first; nil: as long as is usual.
    public init(platform: any Platform, limit: Duration? = nil) {
        self.platform = platform
        self.limit = limit
    }

    /// What came of a trial that did not fail.
    public struct Outcome: Sendable {
        /// What the release says that it reads, as far as it can tell.
        public var reads: RuntimeReads?
        /// Why nothing was booted, for people; nil when something was.
        public var untried: String?
    }

    /// Tries it, unless the manifest asks for no such thing (`config.preflight`): then only what the release reads is asked for, and
    /// what can be rendered is.
    ///
    /// Throws ``ConfigFailure`` when the boot fails, `PlatformError` when there is nothing to boot: a secret that is not set, a file
    /// that cannot be rendered, a command that is not there.
    public func run(_ request: PreflightRequest) async throws -> Outcome {
        var request = request
        request.boots = true
        request.patience = limit.map { Int($0.components.seconds) }
        return try await prepared(request) { preflight in
            guard request.spec.config.preflight else {
                return Outcome(reads: await Self.reads(preflight), untried: "config.preflight is false")
            }
            if let reason = preflight.untried { return Outcome(reads: await Self.reads(preflight), untried: reason) }
            do {
                return Outcome(reads: try await Self.boot(preflight))
            } catch let reason as NotAllowed {
                return Outcome(reads: nil, untried: reason.words)
            }
        }
    }

    /// What the release says that it reads, where it cannot be tried because something is missing; nil when it cannot say.
    public func reads(_ request: PreflightRequest) async throws -> RuntimeReads? {
        var request = request
        request.onlyReads = true
        return try await prepared(request) { await Self.reads($0) }
    }

    private func prepared<Value>(
        _ request: PreflightRequest, _ body: (Preflight) async throws -> Value
    ) async throws -> Value {
        let preflight = try await platform.preflight(request)
        do {
            let value = try await body(preflight)
            await platform.discard(preflight)
            return value
        } catch {
            await platform.discard(preflight)
            throw error
        }
    }

    private static func boot(_ preflight: Preflight) async throws -> RuntimeReads? {
        let redactor = Redactor(preflight.secretValues)
        do {
            return try await withThrowingTaskGroup(of: RuntimeReads?.self) { group in
                for (process, call) in preflight.boots {
                    group.addTask { try await boot(call, of: process, in: preflight, hiding: redactor) }
                }
                return try await group.reduce(nil) { $0 ?? $1 }
            }
        } catch let failure as ConfigFailure {
            // What the release reads names the variable of a line.
            guard failure.reads == nil else { throw failure }
            throw failure.explained(by: await reads(preflight))
        }
    }

    /// Boots the release; returns what it says that it reads.
    private static func boot(
        _ call: ProgramCall, of process: String, in preflight: Preflight, hiding redactor: Redactor
    ) async throws -> RuntimeReads? {
        let outcome = try await ProgramRun(call).run(within: preflight.patience.map { .seconds($0) } ?? patience)
        guard !outcome.isSuccess else { return Self.answer(outcome, hiding: redactor) }
        guard preflight.isHeldApart == true else { throw ConfigFailure(process, outcome, hiding: redactor) }
        try checkPlace(outcome)
        // It was asked what it reads in the same place, after it had failed.
        var boot = outcome
        boot.output = Array(outcome.output.prefix { $0 != ImageTrial.endOfBoot })
        throw ConfigFailure(process, boot, hiding: redactor).explained(by: answer(outcome, hiding: redactor))
    }

    /// Throws when it was not booted at all.
    private static func checkPlace(_ outcome: ProgramRun.Outcome) throws {
        guard let line = outcome.output.last(where: { $0.hasPrefix(TrialExit.mark) }) else { return }
        let words = String(line.dropFirst(TrialExit.mark.count))
        switch outcome.code {
        case Int(TrialExit.notAllowed): throw NotAllowed(words: words)
        case Int(TrialExit.notRun):
            throw PlatformError(.failed, "the configuration cannot be tried: \(words)")
        case Int(TrialExit.timedOut):
            throw PlatformError(.timedOut, "timed out trying the configuration: \(words)", hint: untriedHint)
        default: return
        }
    }

    private static let untriedHint = "--timeout gives it longer; config: {preflight: false} in beamctl.yml leaves the trial out"

    /// The platform lets nobody try it here.
    private struct NotAllowed: Error {
        let words: String
    }

    /// What cannot be read this way explains less; it is no reason to stop.
    private static func reads(_ preflight: Preflight) async -> RuntimeReads? {
        guard let call = preflight.reads, let outcome = try? await ProgramRun(call).run(within: patience), outcome.isSuccess
        else { return nil }
        return answer(outcome, hiding: Redactor(preflight.secretValues))
    }

    /// What env.sh exports may hold a secret that it was given.
    private static func answer(_ outcome: ProgramRun.Outcome, hiding redactor: Redactor) -> RuntimeReads? {
        var reads = try? RuntimeReads.parse(outcome.output.joined(separator: "\n"))
        if let exports = reads?.exports { reads?.exports = exports.mapValues(redactor.redacted) }
        return reads
    }
}
