import ArgumentParser
import KubernetesPlatform

/// `beamctl doctor`: what this machine lacks, and what mends it.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check what this machine has, and name the command that mends what it lacks.")

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        try await Session.run(options, connects: false) { session in
            if let there = session.there(["doctor"] + format.words) { try Becoming.become(there) }
            let findings =
                if let cluster = session.cluster {
                    await cluster.findings(in: session.namespace(options)).map { DoctorFinding($0) }
                } else {
                    await DoctorChecks(session: session).all()
                }
            if format.json {
                session.terminal.print(try JSONOutput.text(findings))
            } else {
                for finding in findings { show(finding, session.terminal) }
            }
            let broken = findings.count { $0.state == .missing }
            if broken > 0 {
                throw CommandFailure("doctor", broken == 1 ? "1 thing is missing" : "\(broken) things are missing")
            }
        }
    }

    private func show(_ finding: DoctorFinding, _ terminal: Terminal) {
        let mark =
            switch finding.state {
            case .fine: terminal.styled("✓", .good)
            case .optional: terminal.styled("-", .careful)
            case .missing: terminal.styled("✗", .bad)
            }
        let name = finding.name + String(repeating: " ", count: max(0, 20 - finding.name.count))
        terminal.print("\(mark) \(name) \(finding.text)")
        if let mend = finding.mend { terminal.print("    try: \(mend)") }
    }
}

/// One thing that was looked at.
struct DoctorFinding: Encodable {
    enum State: String, Encodable {
        case fine
        /// Not there, and needed only for some projects.
        case optional
        case missing
    }

    let name: String
    let state: State
    let text: String
    let mend: String?
}

extension DoctorFinding {
    /// What was found of a cluster.
    init(_ finding: ClusterFinding) {
        self.init(
            name: finding.name, state: finding.isFine ? .fine : finding.isNeeded ? .missing : .optional, text: finding.text,
            mend: finding.mend)
    }
}
