import FleetModel

/// An app for people.
struct StatusView {
    let lines: [String]

    init(_ status: AppStatus, _ terminal: Terminal, now: Timestamp = .now) {
        let release = status.revision.release.description
        let rollout = status.rollout
        // What is stopped is as it is wanted, and yet not what one expects of an app.
        let isSettled = rollout.isComplete && status.deployment.intent == .run
        var lines = [
            "\(terminal.styled(status.deployment.key.app, .strong))  revision \(status.revision.number)  "
                + "\(release.name) \(release.version)  \(rollout.ready)/\(rollout.wanted) ready"
                + (isSettled ? "" : "  \(terminal.styled(Self.motion(status), .careful))")
        ]
        if let urls = status.urls, !urls.isEmpty { lines.append(urls.joined(separator: "  ")) }
        if let problem = status.entranceProblem { lines.append(terminal.styled("entrance: \(problem)", .bad)) }
        if let problem = status.runtimeProblem { lines.append(terminal.styled("docker: \(problem)", .bad)) }
        if let problem = status.problem { lines.append(terminal.styled("problem: \(problem)", .bad)) }
        if !status.replicas.isEmpty { lines += Self.table(status, terminal, now) }
        if let mesh = MeshLine.text(of: status, terminal) { lines.append(mesh) }
        self.lines = lines
    }

    private static func motion(_ status: AppStatus) -> String {
        switch status.deployment.intent {
        case .run:
            status.rollout.updated < status.rollout.live
                ? "rolling out: \(status.rollout.updatedReady)/\(status.rollout.wanted) of the new replicas are ready"
                : "waiting for replicas"
        case .stop:
            status.replicas.isEmpty ? "stopped: beamctl restart \(status.deployment.key.app) starts it again" : "stopping"
        case .destroy: "being destroyed"
        }
    }

    private static func table(_ status: AppStatus, _ terminal: Terminal, _ now: Timestamp) -> [String] {
        var table = TextTable("REPLICA", "PROCESS", "REV", "STATE", "AGE", "RESTARTS", "ADDRESS", "REASON")
        for replica in status.replicas {
            table.add([
                replica.name, replica.process, "\(replica.revision)", replica.phase.rawValue,
                Quantity.age(seconds: Int(now.since(replica.createdAt).milliseconds / 1000)), "\(replica.restarts)",
                replica.slot.authority, Self.reason(replica, now),
            ])
        }
        return table.lines { text, row, column in
            column == 3 ? terminal.styled(text, PhaseStyle.of(status.replicas[row].phase)) : text
        }
    }

    private static func reason(_ replica: Replica, _ now: Timestamp) -> String {
        let reason = replica.reason ?? ""
        guard let again = replica.startsAgainAt, again > now else { return reason }
        return "\(reason); starts again in \(Quantity.age(seconds: Int(again.since(now).milliseconds / 1000) + 1))"
    }
}

/// The colour of a phase.
enum PhaseStyle {
    static func of(_ phase: Replica.Phase) -> Terminal.Style {
        switch phase {
        case .ready: .good
        case .pending, .starting, .draining, .stopping: .faint
        case .unready: .careful
        case .backoff: .bad
        }
    }
}
