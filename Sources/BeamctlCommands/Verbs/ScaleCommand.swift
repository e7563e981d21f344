import ArgumentParser
import FleetModel

/// `beamctl scale [APP] N`: another number of replicas.
struct Scale: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Want another number of replicas.", usage: "beamctl scale [APP] N [--process NAME]")

    @OptionGroup var options: PlatformOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: "The process, where the app has several.") var process: String?
    @Argument(help: "The app (or its project's folder), then the number of replicas.") var words: [String] = []

    func validate() throws {
        guard (1...2).contains(words.count), let count = Int(words[words.count - 1]) else {
            throw ValidationError("scale takes a number of replicas, and the app before it when it is not this project's")
        }
        guard (0...ProcessSpec.mostReplicas).contains(count) else {
            throw ValidationError("\(count) replicas are not between 0 and \(ProcessSpec.mostReplicas)")
        }
    }

    func run() async throws {
        try await Session.run(options, of: words.count == 2 ? words.first : nil) { session in
            let key = try AppName.resolve(words.count == 2 ? words[0] : nil, options, in: session)
            let count = Int(words[words.count - 1]) ?? 0
            let report = StepReport(session.terminal)
            try await DeployLock(session: session, report: report, verb: "scale", limit: waiting.limit).hold(key) {
                _ = try await session.platform.scale(key, process: process, replicas: count)
                let status = try await RolloutWait(
                    session: session, key: key, report: report, limit: waiting.limit, undo: .scale
                ).untilDone()
                session.terminal.print("\(key.app) has \(Quantity.count(status.rollout.wanted, "replica"))")
            }
        }
    }
}

/// For verbs that wait for replicas.
struct WaitOptions: ParsableArguments {
    @Option(help: "How many seconds to wait for another command that changes the app, and then for the replicas.")
    var timeout = 120

    func validate() throws { try LockOptions.check(timeout) }

    var limit: Duration { .seconds(timeout) }
}

/// For verbs that change an app, and wait for as long as its replicas take to end.
struct LockOptions: ParsableArguments {
    @Option(help: "How many seconds to wait: for another command that changes the app, and for replicas to end.")
    var timeout = 120

    func validate() throws { try Self.check(timeout) }

    static func check(_ timeout: Int) throws {
        if timeout < 1 { throw ValidationError("--timeout takes seconds from 1 on, not \(timeout)") }
    }

    var limit: Duration { .seconds(timeout) }
}
