import AppManifest
import ArgumentParser
import BeamRelease
import Deploying
import FleetModel

/// `beamctl config [APP|DIR]`: what a release reads, and what it is given.
struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show every variable that a release reads, what gives it, and what is missing.",
        discussion: """
            A folder means its project, with the release that was built last; an app's name means what is deployed.
            The release's own VM is booted with what its replicas would get, unless config.preflight is false. Nothing is deployed.
            Secrets are never shown. Exit code 1 when something is missing.
            """)

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions
    @Flag(help: "Show the lines of configuration files that replicas get otherwise, more or fewer.") var diff = false
    @Option(help: ArgumentHelp("Say where the value of a variable comes from.", valueName: "variable")) var explain: String?
    @Option(help: "The process, where the app has several.") var process: String?
    @Argument(help: "The project's folder, or the app's name.") var app: String?

    func validate() throws {
        if diff && explain != nil { throw ValidationError("--diff and --explain are two questions: ask one") }
    }

    func run() async throws {
        try await Session.run(options, of: app) { session in
            if let there = try there(session) { try Becoming.become(there) }
            let subject = try await ConfigSubject.find(app, options, in: session)
            let process = try chosen(of: subject.check.spec)
            if diff, session.cluster != nil { throw Self.noDifference(subject.check.spec.app) }
            if let explain { return try await show(explain, subject, process, session) }
            if diff { return try show(RenderedDifference(subject.check, process: process), session) }
            let tried = try await subject.tried(on: session.platform)
            let view = ConfigView(subject.check, tried, process: process)
            if format.json {
                session.terminal.print(try JSONOutput.text(view.report))
            } else {
                view.lines(session.terminal).forEach(session.terminal.print)
            }
            // What is wrong stands in the table's own lines.
            if let failure = view.failure { throw format.json ? failure : failure.withoutDetails }
        }
    }

    /// What a pod gets, its own entrypoint writes.
    private static func noDifference(_ app: String) -> CommandFailure {
        CommandFailure(
            "not_on_kubernetes",
            "--diff is about the files that beamctl writes on a machine; in a pod the image's entrypoint does",
            hint: "beamctl run \(app) -- /bin/cat /run/beamctl/node/config/vm.args", exitCode: CommandFailure.Exit.usage)
    }

    /// What is deployed on another machine is looked at there.
    private func there(_ session: Session) throws -> ProgramCall? {
        guard let app, !AppName.isDirectory(app) else { return nil }
        let key = try AppName.resolve(app, options, in: session)
        let flags =
            (diff ? ["--diff"] : []) + (explain.map { ["--explain", $0] } ?? []) + (process.map { ["--process", $0] } ?? [])
        return session.there(["config", key.app, "-n", key.namespace] + flags + format.words)
    }

    private func chosen(of spec: AppSpec) throws -> String {
        let names = spec.processes.keys.sorted()
        guard let process else { return names.first ?? AppSpec.plainProcess }
        guard names.contains(process) else {
            throw CommandFailure(
                "invalid_request", "'\(spec.app)' has no process '\(process)'; it has \(names.joined(separator: ", "))",
                exitCode: CommandFailure.Exit.usage)
        }
        return process
    }

    private func show(_ variable: String, _ subject: ConfigSubject, _ process: String, _ session: Session) async throws {
        // Where only env.sh knows the value, the release is asked.
        let isOpen = subject.check.script(variable, nil)?.value == .unknown
        let reads = isOpen ? try await subject.tried(on: session.platform).reads : nil
        let explanation = ConfigExplanation(subject.check, reads, variable: variable, process: process)
        if format.json { return session.terminal.print(try JSONOutput.text(explanation)) }
        explanation.lines.forEach(session.terminal.print)
    }

    private func show(_ difference: RenderedDifference, _ session: Session) throws {
        if format.json { return session.terminal.print(try JSONOutput.text(difference)) }
        guard !difference.lines.isEmpty else { return session.terminal.say("replicas get the files as they are") }
        var file = ""
        for line in difference.lines {
            if line.file != file { session.terminal.print(session.terminal.styled(line.file, .strong)) }
            file = line.file
            let number = line.line.map { "\($0) " } ?? ""
            if let before = line.before { session.terminal.print(session.terminal.styled("\(number)- \(before)", .bad)) }
            if let after = line.after { session.terminal.print(session.terminal.styled("\(number)+ \(after)", .good)) }
        }
    }
}
