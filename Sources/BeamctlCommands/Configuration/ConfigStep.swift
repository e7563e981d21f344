import Deploying
import FleetModel

/// The step of a command that stops what cannot work before a replica is touched.
struct ConfigStep {
    let session: Session
    let report: StepReport

    /// How many warnings are told; `config` tells all.
    private static let mostWarnings = 20

    /// What there is to say of a configuration. Boots the release, unless its files alone show that it cannot work.
    func view(of subject: ConfigSubject) async throws -> ConfigView {
        let process = subject.check.spec.processes.keys.sorted().first ?? AppSpec.plainProcess
        let view = ConfigView(subject.check, ConfigSubject.Tried(), process: process)
        guard view.failure == nil else { return view }
        report.progress("config", "booting the release with its configuration")
        let tried = try await subject.tried(on: session.platform)
        try Task.checkCancellation()
        return ConfigView(subject.check, tried, process: process)
    }

    /// Ends the step: throws why it cannot work, or tells the warnings.
    func end(with view: ConfigView) throws {
        if let failure = view.failure {
            report.failed("config", view.summary)
            throw failure
        }
        report.done("config", view.summary)
        tellWarnings(of: view)
    }

    /// Ends the step of a change that is not deployed yet: what cannot work may be on its way to something that can.
    func tell(_ view: ConfigView) {
        guard let failure = view.failure else {
            report.done("config", view.summary)
            return tellWarnings(of: view)
        }
        report.failed("config", view.summary)
        report.note("  it could not be deployed as it is now: \(failure.message)")
        failure.details.forEach { report.note("  \($0)") }
    }

    private func tellWarnings(of view: ConfigView) {
        let warnings = view.warnings
        warnings.prefix(Self.mostWarnings).forEach { report.note("  \($0)") }
        guard warnings.count > Self.mostWarnings else { return }
        report.note("  and \(warnings.count - Self.mostWarnings) more warnings: beamctl config shows all")
    }
}
