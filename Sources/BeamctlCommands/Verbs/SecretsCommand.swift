import ArgumentParser
import FleetModel

/// `beamctl secrets list|set|unset|import`.
struct SecretsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets",
        abstract: "Show and change an app's secrets: variables whose values are kept encrypted and never shown.",
        discussion: """
            A change makes a new revision and rolls it out; --no-deploy keeps it for the next deploy.
            Inside a project the app need not be named.
            """,
        subcommands: [ListSecrets.self, SetSecret.self, UnsetSecrets.self, ImportSecrets.self])

    /// `secrets list [APP]`.
    struct ListSecrets: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the secrets, without their values.")

        @OptionGroup var options: PlatformOptions
        @OptionGroup var format: FormatOptions
        @Argument(help: "The app, or its project's folder.") var app: String?

        private struct Row: Encodable {
            let name: String
            let version: Int
            let setAt: Timestamp?
            let deployed: Bool
        }

        private struct Rows: Encodable {
            let app: String
            let secrets: [Row]
        }

        func run() async throws {
            try await Session.run(options, of: app) { session in
                let key = try AppName.resolve(app, options, in: session)
                let report = try await session.platform.settings(of: key)
                let rows = report.settings.secrets.sorted { $0.key < $1.key }.map { name, version in
                    Row(
                        name: name, version: version, setAt: report.secretsSetAt[name],
                        deployed: report.deployed?.secrets[name] == version)
                }
                if format.json { return session.terminal.print(try JSONOutput.text(Rows(app: key.app, secrets: rows))) }
                guard !rows.isEmpty else { return session.terminal.say("no secrets are set for '\(key.app)'") }
                var table = TextTable("NAME", "VERSION", "SET", "STATE")
                let now = Timestamp.now
                for row in rows {
                    let age = row.setAt.map { Quantity.age(seconds: Int(now.since($0).components.seconds)) + " ago" } ?? "-"
                    table.add([row.name, "\(row.version)", age, SettingsRun.state(row.deployed, report)])
                }
                table.lines().forEach(session.terminal.print)
            }
        }
    }

    /// `secrets set [APP] NAME`.
    struct SetSecret: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Set a secret, from standard input (without its last line end) or a file (every byte of it).",
            usage: "beamctl secrets set [APP] NAME [--file FILE]",
            discussion: "The value is never an argument: other users of the machine could read it there.")

        @OptionGroup var options: PlatformOptions
        @OptionGroup var change: ChangeOptions
        @Option(help: "Read the value from a file.") var file: String?
        @Argument(help: "The app (or its project's folder), then the secret's name.") var words: [String]

        func validate() throws {
            guard (1...2).contains(words.count) else {
                throw ValidationError("secrets set takes one name, and the app before it when it is not this project's")
            }
            guard words.allSatisfy({ !$0.contains("=") }) else {
                throw ValidationError("a secret's value is no argument, where others could read it: give it on standard input")
            }
        }

        func run() async throws {
            let name = words[words.count - 1]
            let run = SettingsRun(options, change, app: words.count == 2 ? words[0] : nil, verb: "secrets set")
            try run.check(names: [name])
            let value = try file.map(SettingsInput.file) ?? SettingsInput.secret(name)
            try await run.run(SettingsChange(secrets: [name: value]))
        }
    }

    /// `secrets unset [APP] NAME…`.
    struct UnsetSecrets: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unset", abstract: "Forget secrets.", usage: "beamctl secrets unset [APP] NAME…")

        @OptionGroup var options: PlatformOptions
        @OptionGroup var change: ChangeOptions
        @Argument(help: "The app (or its project's folder), then the names.") var words: [String]

        func run() async throws {
            let (app, names) = SettingsRun.appAndNames(words)
            try await SettingsRun(options, change, app: app, verb: "secrets unset").run(SettingsChange(unsetSecrets: names))
        }
    }

    /// `secrets import [APP] FILE`.
    struct ImportSecrets: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Set every variable of a dotenv file as a secret; - is standard input.",
            usage: "beamctl secrets import [APP] FILE")

        @OptionGroup var options: PlatformOptions
        @OptionGroup var change: ChangeOptions
        @Argument(help: "The app (or its project's folder), then the file.") var words: [String]

        func validate() throws { try SettingsRun.checkFile(words, "secrets import") }

        func run() async throws {
            let secrets = try SettingsInput.dotenv(words[words.count - 1])
            try await SettingsRun(options, change, app: words.count == 2 ? words[0] : nil, verb: "secrets import").run(
                SettingsChange(secrets: secrets))
        }
    }
}
