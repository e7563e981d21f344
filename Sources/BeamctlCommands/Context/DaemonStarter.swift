import ControlAPI
import FleetModel
import Foundation
import HTTPTransport
import LocalPlatform

/// Starts the daemon when a command needs one: the same program, in a session of its own.
struct DaemonStarter: Sendable {
    let home: Home
    let surroundings: Surroundings

    /// How long a daemon may take until it answers.
    static let patience = Duration.seconds(15)

    /// Starts a daemon unless one lives; returns when it answers. Throws why it does not.
    func start() async throws {
        _ = try surroundings.network()
        try home.prepare()
        if !DaemonLock.isHeld(home) {
            try DaemonProcess.start(surroundings.program, ["daemon", "run"], environment: passedOn, output: home.daemonLog)
        }
        let transport = HTTPTransport()
        let client = DaemonClient(transport: transport, socket: home.socket) {}
        let deadline = ContinuousClock.now + Self.patience
        var wasThere = false
        while ContinuousClock.now < deadline {
            if (try? await client.daemonStatus()) != nil {
                await transport.shutdown()
                return
            }
            let isThere = DaemonLock.isHeld(home)
            if wasThere && !isThere { break }
            wasThere = wasThere || isThere
            try await Task.sleep(for: .milliseconds(5))
        }
        await transport.shutdown()
        throw PlatformError(
            .unreachable, "the daemon does not start: \(lastWords())",
            hint: "beamctl doctor, and the whole story is in \(home.daemonLog)")
    }

    /// What the daemon gets of the environment: where its things are, nothing of the user's own.
    private var passedOn: [String] {
        let names = ["BEAMCTL_HOME", "BEAMCTL_NETWORK", "HOME", "XDG_DATA_HOME", "PATH", "LANG"]
        return names.compactMap { name in surroundings.environment[name].map { "\(name)=\($0)" } }
    }

    private func lastWords() -> String {
        let text = (try? String(contentsOfFile: home.daemonLog, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").last.map(String.init) ?? "it said nothing"
    }
}
