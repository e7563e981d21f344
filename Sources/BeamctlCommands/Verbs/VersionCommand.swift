import ArgumentParser
import ControlAPI

/// `beamctl version`.
struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Show this build's version, and the daemon's.")
    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions

    private struct Versions: Encodable {
        let beamctl: String
        let daemon: String?
    }

    func run() async throws {
        try await Session.run(options, isOfProject: false) { session in
            let versions = Versions(beamctl: Version.current, daemon: try? await session.daemon?.daemonStatus().version)
            if format.json { return session.terminal.print(try JSONOutput.text(versions)) }
            session.terminal.print("beamctl \(versions.beamctl)")
            session.terminal.print("daemon \(versions.daemon ?? "not running")")
        }
    }
}
