import AppManifest
import ArgumentParser
import FleetModel

/// `beamctl env list|set|unset|import`.
struct EnvCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Show and change variables that are set beside the manifest; they win over it.",
        discussion: """
            A change makes a new revision and rolls it out; --no-deploy keeps it for the next deploy.
            Inside a project the app need not be named.
            """,
        subcommands: [ListVariables.self, SetVariables.self, UnsetVariables.self, ImportVariables.self])

    /// `env list [APP]`.
    struct ListVariables: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the variables.")

        @OptionGroup var options: PlatformOptions
        @OptionGroup var format: FormatOptions
        @Argument(help: "The app, or its project's folder.") var app: String?

        private struct Row: Encodable {
            let name: String
            let value: String
            let deployed: Bool
        }

        private struct Rows: Encodable {
            let app: String
            let env: [Row]
        }

        func run() async throws {
            try await Session.run(options, of: app) { session in
                let key = try AppName.resolve(app, options, in: session)
                let report = try await session.platform.settings(of: key)
                let rows = report.settings.env.sorted { $0.key < $1.key }.map { name, value in
                    Row(name: name, value: value, deployed: report.deployed?.env[name] == value)
                }
                if format.json { return session.terminal.print(try JSONOutput.text(Rows(app: key.app, env: rows))) }
                guard !rows.isEmpty else { return session.terminal.say("no variables are set for '\(key.app)'") }
                var table = TextTable("NAME", "VALUE", "STATE")
                for row in rows {
                    table.add([row.name, TextTable.oneLine(row.value), SettingsRun.state(row.deployed, report)])
                }
                table.lines().forEach(session.terminal.print)
            }
        }
    }

    /// `env set [APP] KEY=VALUE…`.
    struct SetVariables: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Set variables.", usage: "beamctl env set [APP] KEY=VALUE…")

        @OptionGroup var options: PlatformOptions
        @OptionGroup var change: ChangeOptions
        @Argument(help: "The app (or its project's folder), then KEY=VALUE.") var words: [String]

        private var app: String? { words.first.flatMap { $0.contains("=") ? nil : $0 } }
        private var pairs: ArraySlice<String> { words[(app == nil ? 0 : 1)...] }

        func validate() throws {
            guard !pairs.isEmpty, pairs.allSatisfy({ $0.contains("=") }) else {
                throw ValidationError("env set takes KEY=VALUE, and the app before it when it is not this project's")
            }
        }

        func run() async throws {
            var env: [String: String] = [:]
            for pair in pairs {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = String(parts[0])
                guard !pair.unicodeScalars.contains("\u{FFFD}") else {
                    throw CommandFailure(
                        "invalid_request", "the value of \(name) is not UTF-8, as a variable's value must be",
                        exitCode: CommandFailure.Exit.usage)
                }
                guard env.updateValue(String(parts[1]), forKey: name) == nil else {
                    throw CommandFailure("invalid_request", "\(name) is given twice", exitCode: CommandFailure.Exit.usage)
                }
            }
            try await SettingsRun(options, change, app: app, verb: "env set").run(SettingsChange(env: env))
        }
    }

    /// `env unset [APP] KEY…`.
    struct UnsetVariables: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unset", abstract: "Forget variables.", usage: "beamctl env unset [APP] KEY…")

        @OptionGroup var options: PlatformOptions
        @OptionGroup var change: ChangeOptions
        @Argument(help: "The app (or its project's folder), then the names.") var words: [String]

        func run() async throws {
            let (app, names) = SettingsRun.appAndNames(words)
            try await SettingsRun(options, change, app: app, verb: "env unset").run(SettingsChange(unsetEnv: names))
        }
    }

    /// `env import [APP] FILE`.
    struct ImportVariables: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Set every variable of a dotenv file; - is standard input.",
            usage: "beamctl env import [APP] FILE")

        @OptionGroup var options: PlatformOptions
        @OptionGroup var change: ChangeOptions
        @Argument(help: "The app (or its project's folder), then the file.") var words: [String]

        func validate() throws { try SettingsRun.checkFile(words, "env import") }

        func run() async throws {
            let variables = try SettingsInput.dotenv(words[words.count - 1])
            try await SettingsRun(options, change, app: words.count == 2 ? words[0] : nil, verb: "env import").run(
                SettingsChange(env: variables))
        }
    }
}
