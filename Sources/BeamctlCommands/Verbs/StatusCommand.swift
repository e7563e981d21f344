import ArgumentParser
import FleetModel

/// `beamctl status [APP]`: what is wanted, what there is.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show an app: its revision, its replicas, its mesh.")

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: "The app, or its project's folder.") var app: String?

    func run() async throws {
        try await Session.run(options, of: app) { session in
            let present = try await session.platform.status(of: try AppName.resolve(app, options, in: session))
            let status = await session.platform.explained(present)
            if format.json { return session.terminal.print(try JSONOutput.text(status)) }
            StatusView(status, session.terminal).lines.forEach(session.terminal.print)
        }
    }
}
