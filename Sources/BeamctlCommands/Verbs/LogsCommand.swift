import ArgumentParser
import FleetModel

/// `beamctl logs [APP]`: what the replicas wrote.
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "logs", abstract: "Show what an app's replicas wrote.")

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions
    @Flag(name: .shortAndLong, help: "Go on with what is written from now on.") var follow = false
    @Option(help: "One replica only, by its name or its node's.") var replica: String?
    @Option(help: "Nothing older: a time span (30s, 10m, 2h, 1d) or a moment (2026-01-31T12:00:00Z).") var since: LogMoment?
    @Option(name: [.customLong("lines"), .customShort("l")], help: "At most so many of the newest lines.") var lines: Int?
    @Argument(help: "The app, or its project's folder.") var app: String?

    func validate() throws {
        if let lines, lines < 0 { throw ValidationError("--lines takes a number from 0 on, not \(lines)") }
    }

    func run() async throws {
        try await Session.run(options, of: app) { session in
            let key = try AppName.resolve(app, options, in: session)
            let query = LogQuery(replica: replica, since: since?.at(.now), tail: lines, follow: follow)
            for try await line in session.platform.logs(of: key, query) { show(line, session.terminal) }
            try Task.checkCancellation()
        }
    }

    private func show(_ line: LogLine, _ terminal: Terminal) {
        if format.json {
            if let text = try? JSONOutput.text(line, pretty: false) { terminal.print(text) }
        } else {
            terminal.print("\(terminal.styled(line.replica + " |", .faint)) \(line.text)")
        }
    }
}

/// A moment of the past, as a span before now or as a date.
enum LogMoment: ExpressibleByArgument {
    case before(Duration)
    case at(Timestamp)

    init?(argument: String) {
        if let moment = Timestamp(rfc3339: argument.utf8) {
            self = .at(moment)
            return
        }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = argument.last.flatMap({ units[$0] }), let number = Int(argument.dropLast()),
            (0...100_000).contains(number)
        else { return nil }
        self = .before(.seconds(number * unit))
    }

    func at(_ now: Timestamp) -> Timestamp {
        switch self {
        case .before(let span): now + (.zero - span)
        case .at(let moment): moment
        }
    }
}
