import ArgumentParser
import FleetModel
import Foundation

/// `beamctl eval [APP] EXPR`.
struct Eval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluate an expression in a BEAM of its own, with the app's code, configuration and environment.",
        usage: "beamctl eval [APP] EXPR")

    @OptionGroup var options: PlatformOptions
    @Argument(help: "The app (or its project's folder), then the expression.") var words: [String] = []

    func validate() throws { try OneOffRun.check(words, "eval") }

    func run() async throws {
        let code = try await Session.run(options, of: words.count == 2 ? words.first : nil) { session -> Int32 in
            let (key, expression) = try OneOffRun.subject(words, options, session)
            if let there = session.there(running: "eval", OneOffRun.words(key, expression, nil)) { try Becoming.become(there) }
            let revision = try await session.platform.status(of: key).revision
            return try await OneOffProgram(key: key, revision: revision, process: nil, words: ["eval", expression]).run(
                on: session.platform, endsWithCaller: options.endsWithCaller)
        }
        Foundation.exit(code)
    }
}

/// `beamctl rpc [APP] EXPR`.
struct RPC: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rpc", abstract: "Evaluate an expression within a running replica.",
        usage: "beamctl rpc [APP] EXPR [--replica NAME]")

    @OptionGroup var options: PlatformOptions
    @Option(help: "The replica, by its name or its node's.") var replica: String?
    @Argument(help: "The app (or its project's folder), then the expression.") var words: [String] = []

    func validate() throws { try OneOffRun.check(words, "rpc") }
    func run() async throws { try await OneOffRun.run(.rpc, words, replica: replica, options) }
}

/// `beamctl remote [APP]`.
struct Remote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remote", abstract: "Open a shell within a running replica.")

    @OptionGroup var options: PlatformOptions
    @Option(help: "The replica, by its name or its node's.") var replica: String?
    @Argument(help: "The app, or its project's folder.") var app: String?

    func run() async throws { try await OneOffRun.run(.remote, app.map { [$0] } ?? [], replica: replica, options) }
}

/// What they have in common.
enum OneOffRun {
    static func check(_ words: [String], _ verb: String) throws {
        guard (1...2).contains(words.count) else {
            throw ValidationError("\(verb) takes an expression, and the app before it when it is not this project's")
        }
    }

    /// The app, and the expression behind it.
    static func subject(_ words: [String], _ options: PlatformOptions, _ session: Session) throws -> (AppKey, String) {
        (try AppName.resolve(words.count == 2 ? words[0] : nil, options, in: session), words.last ?? "")
    }

    /// Asks the platform how, then becomes that program.
    static func run(_ kind: OneOff.Kind, _ words: [String], replica: String?, _ options: PlatformOptions) async throws {
        let call = try await Session.run(options, of: kind == .remote || words.count == 2 ? words.first : nil) { session in
            let (key, expression): (AppKey, String?) =
                switch kind {
                case .rpc: try subject(words, options, session)
                case .remote: (try AppName.resolve(words.first, options, in: session), nil)
                }
            if let there = session.there(running: kind.rawValue, Self.words(key, expression, replica)) { return there }
            return try await session.platform.oneOff(
                key,
                OneOff(
                    kind: kind, expression: expression, replica: replica, terminal: session.surroundings.environment["TERM"]))
        }
        if options.endsWithCaller { Foundation.exit(try Accompanying.run(call, endsWithCaller: true)) }
        try Becoming.become(call)
    }

    /// The same for a machine where the app is.
    static func words(_ key: AppKey, _ expression: String?, _ replica: String?) -> [String] {
        let options = ["-n", key.namespace] + (replica.map { ["--replica", $0] } ?? [])
        // What begins with a dash is an expression, too.
        return options + ["--", key.app] + (expression.map { [$0] } ?? [])
    }
}
