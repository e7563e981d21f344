import FleetModel
import Foundation
import Glibc
import LocalPlatform
import Logging

/// `beamctl-daemon [--wait]`: the daemon, until SIGTERM or SIGINT; with `--wait`, once another one has ended. Where its things are, and
/// how they are reached, is told by environment variables: ``MachineSettings``.
///
/// Exit codes: 0 it was asked to end, 1 it could not work, 64 wrong usage.
@main
enum DaemonMain {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.isEmpty || Array(arguments) == ["--wait"] else {
            say("usage: beamctl-daemon [--wait] (it is started by beamctl)")
            exit(64)
        }
        var log = Logger(label: "beamctl", factory: StreamLogHandler.standardError(label:))
        log.logLevel = .info
        do {
            let settings = MachineSettings(ProcessInfo.processInfo.environment)
            let daemon = try Daemon(settings, log: log)
            let home = try settings.home()
            while !arguments.isEmpty && DaemonLock.isHeld(home) { try await Task.sleep(for: .milliseconds(200)) }
            try await daemon.run()
        } catch let error as LocalPlatformError {
            leave(error.description, hint: error.hint)
        } catch let error as PlatformError {
            leave(error.message, hint: error.hint)
        } catch {
            leave("\(error)")
        }
    }

    /// In the words of a command, which tells the last of them when the daemon that it started is gone.
    private static func leave(_ message: String, hint: String? = nil) -> Never {
        say("error: \(message)")
        if let hint { say("try: \(hint)") }
        exit(1)
    }

    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        write(2, bytes, bytes.count)
    }
}
