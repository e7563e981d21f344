import AppManifest
import ArgumentParser
import Dispatch
import FleetModel
import Foundation
import Glibc
import LocalPlatform

/// Runs one command line; the process ends with its exit code.
public enum Main {
    /// Parses the arguments, runs the verb, and ends the process.
    public static func run() async -> Never {
        signal(SIGPIPE, SIG_IGN)
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            try Self.checkVerb(arguments)
            var command = try Beamctl.parseAsRoot(arguments)
            Interrupts.prepare()
            let task = Task { try await run(&command) }
            let interrupts = Interrupts { task.cancel() }
            defer { interrupts.stop() }
            try await task.value
            exit(0)
        } catch {
            leave(with: error, asJSON: arguments.contains("--json"))
        }
    }

    /// ArgumentParser only says that a word is unexpected.
    private static func checkVerb(_ arguments: [String]) throws {
        let verbs = Beamctl.verbs
        guard let verb = arguments.first, !verb.hasPrefix("-"), !verbs.contains(verb) else { return }
        let near = NearestKey.nearest(to: verb, among: verbs)
        throw CommandFailure(
            "usage", "there is no verb '\(verb.prefix(40))'" + (near.map { "; did you mean \($0)?" } ?? ""), hint: "beamctl help",
            exitCode: CommandFailure.Exit.usage)
    }

    private static func run(_ command: inout any ParsableCommand) async throws {
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }

    private static func leave(with error: any Error, asJSON: Bool) -> Never {
        guard let failure = CommandFailure(translating: error) else { Beamctl.exit(withError: error) }
        let terminal = Terminal(noColour: Surroundings.current().noColour)
        if asJSON {
            terminal.say(failure.json)
        } else {
            failure.details.forEach { terminal.say("    \($0)") }
            terminal.say("\(terminal.styled("error:", .bad)) \(failure.message)")
            if let hint = failure.hint { terminal.say("try: \(hint)") }
        }
        exit(failure.exitCode)
    }
}

/// Calls back when the user presses Ctrl-C, or something asks the command to end.
private struct Interrupts {
    private let sources: [any DispatchSourceSignal]

    private static let numbers = [SIGINT, SIGTERM]

    /// Before anything else listens to them: ignoring a signal takes away what Dispatch has set up for it.
    static func prepare() {
        for number in numbers { signal(number, SIG_IGN) }
    }

    init(_ body: @escaping @Sendable () -> Void) {
        sources = Self.numbers.map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler(handler: body)
            source.resume()
            return source
        }
    }

    func stop() {
        sources.forEach { $0.cancel() }
    }
}
