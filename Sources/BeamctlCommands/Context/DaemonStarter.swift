import ControlAPI
import FleetModel
import Foundation
import HTTPTransport
import LocalPlatform

/// Starts the daemon when a command needs one: `beamctl-daemon`, in a session of its own.
struct DaemonStarter: Sendable {
    let home: Home
    let surroundings: Surroundings

    /// How long a daemon may take until it answers.
    static let patience = Duration.seconds(15)

    /// How often it is tried: one that is just ending can stand in the way of the first.
    static let attempts = 3
    /// How long a daemon that was started may take until it holds its lock.
    static let birth = Duration.seconds(1)

    /// Starts a daemon unless one lives; returns when it answers. Throws why it does not. Of several commands that do so at the
    /// same time, one's daemon lives; the others' end at once, and do no harm.
    func start() async throws {
        _ = try surroundings.machine.entrance()
        try home.prepare()
        let transport = HTTPTransport()
        do {
            let client = DaemonClient(transport: transport, socket: home.socket, silence: { [home] in SilentDaemon(home).error })
            {}
            try await start(client)
            await transport.shutdown()
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    private func start(_ client: DaemonClient) async throws {
        let deadline = ContinuousClock.now + Self.patience
        var started: [ContinuousClock.Instant] = []
        while ContinuousClock.now < deadline {
            do {
                _ = try await client.daemonStatus()
                return
            } catch let error as PlatformError where error.code == .unresponsive {
                throw error
            } catch {}
            try Task.checkCancellation()
            let isDue = started.last.map { ContinuousClock.now - $0 > Self.birth } ?? true
            if !DaemonLock.isHeld(home) && isDue {
                guard started.count < Self.attempts else { break }
                try DaemonProcess.start(surroundings.machine.path(of: .daemon), [], environment: passedOn, output: home.daemonLog)
                started.append(.now)
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw PlatformError(
            .unreachable, "the daemon does not start: \(lastWords())",
            hint: "beamctl doctor, and the whole story is in \(home.daemonLog)")
    }

    /// What the daemon gets of the environment: where its things are, nothing of the user's own.
    private var passedOn: [String] {
        let names = MachineSettings.variables + ["HOME", "XDG_DATA_HOME", "PATH", "LANG"]
        return names.compactMap { name in surroundings.environment[name].map { "\(name)=\($0)" } }
    }

    private func lastWords() -> String {
        let text = (try? String(contentsOfFile: home.daemonLog, encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n").suffix(50)
        let mark = "error: "
        // What follows an error is what to try, not why.
        if let error = lines.last(where: { $0.hasPrefix(mark) }) { return String(error.dropFirst(mark.count)) }
        return lines.last.map(String.init) ?? "it said nothing"
    }
}
