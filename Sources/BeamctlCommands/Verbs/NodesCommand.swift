import ArgumentParser
import FleetModel

/// `beamctl nodes [APP] [--watch]`: what each BEAM says of itself.
struct Nodes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "nodes", abstract: "Ask every node of an app how it is.")

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions
    @Flag(help: "Ask again each second, until interrupted.") var watch = false
    @Argument(help: "The app, or its project's folder.") var app: String?

    func run() async throws {
        try await Session.run(options, of: app) { session in
            let key = try AppName.resolve(app, options, in: session)
            repeat {
                let report = try await session.platform.nodes(of: key)
                show(report, session.terminal)
                if watch { try await Task.sleep(for: .seconds(1)) }
            } while watch
        }
    }

    private func show(_ report: NodesReport, _ terminal: Terminal) {
        if format.json {
            if let text = try? JSONOutput.text(report, pretty: !watch) { terminal.print(text) }
            return
        }
        let lines = NodesView(report, terminal).lines
        terminal.print((watch && terminal.isOutputLive ? "\u{1b}[H\u{1b}[2J" : "") + lines.joined(separator: "\n"))
    }
}
