import ControlAPI
import LocalPlatform

/// Another entrance is asked for here than the daemon was started with: it reads both variables when it starts.
struct EntranceDifference {
    private let asked: String
    private let present: String

    /// Finds it; nil when there is none, or nothing is asked for. `status` is the daemon's own, where that is known.
    init?(_ surroundings: Surroundings, _ status: DaemonStatus) {
        let isAsked = ["BEAMCTL_ENTRANCE", "BEAMCTL_TRUSTED_PROXIES"].contains { surroundings.environment[$0]?.isEmpty == false }
        guard isAsked, let settings = try? surroundings.machine.entrance(), let present = status.entranceSettings,
            present != settings.words
        else { return nil }
        (asked, self.present) = (settings.words, present)
    }

    /// Asks the daemon; one on another machine has an environment of its own.
    static func find(in session: Session) async -> EntranceDifference? {
        guard session.connection == nil, let status = try? await session.daemon?.daemonStatus() else { return nil }
        return EntranceDifference(session.surroundings, status)
    }

    /// What brings the entrance to what is asked for.
    static let mend =
        "beamctl daemon stop: the next command starts a daemon that brings the entrance to it; nothing is interrupted"

    /// Both, for people.
    var text: String { "the daemon was started with \(present), and here it is \(asked); \(Self.mend)" }

    /// The same without the way out.
    var difference: String { "the daemon was started with \(present), and here it is \(asked)" }
}
