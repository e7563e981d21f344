import AppManifest
import ArgumentParser
import Deploying
import FleetModel

/// For verbs that change what is set beside the manifest.
struct ChangeOptions: ParsableArguments {
    @OptionGroup var waiting: WaitOptions
    @Flag(name: .customLong("no-deploy"), help: "Keep the change for the next deploy.") var noDeploy = false
}

/// Changes an app's settings: tries them, makes a revision, waits for its replicas.
struct SettingsRun {
    private let options: PlatformOptions
    private let change: ChangeOptions
    private let app: String?
    private let verb: String

    /// `verb` is what others are told who wait for it, such as `env set`.
    init(_ options: PlatformOptions, _ change: ChangeOptions, app: String?, verb: String) {
        self.options = options
        self.change = change
        self.app = app
        self.verb = verb
    }

    func run(_ wish: SettingsChange) async throws {
        try check(names: Array(wish.env.keys) + wish.secrets.keys)
        for (name, value) in wish.env.merging(wish.secrets, uniquingKeysWith: { $1 }) {
            if let problem = VariableRules.problem(withValue: value) { throw Self.refused(name, problem) }
        }
        try await Session.run(options, of: app) { session in
            let key = try AppName.resolve(app, options, in: session)
            let report = StepReport(session.terminal)
            try await DeployLock(session: session, report: report, verb: verb, limit: change.waiting.limit).hold(key) {
                try await apply(wish, to: key, session, report)
            }
        }
    }

    /// Throws for names that no variable has, or that only beamctl can set.
    func check(names: [String]) throws {
        for name in names.sorted() {
            if let problem = VariableRules.problem(withName: name) { throw Self.refused(name, problem) }
            try Self.checkFree(name, .none)
        }
    }

    private static func checkFree(_ name: String, _ discovery: ClusterSpec.Discovery) throws {
        guard let problem = ReservedVariables.problem(with: name, discovery: discovery) else { return }
        throw CommandFailure("reserved", "\(name) cannot be set: \(problem)", exitCode: CommandFailure.Exit.usage)
    }

    private static func refused(_ name: String, _ problem: String) -> CommandFailure {
        CommandFailure("invalid_request", "the variable '\(name.prefix(60))' \(problem)", exitCode: CommandFailure.Exit.usage)
    }

    private func apply(_ wish: SettingsChange, to key: AppKey, _ session: Session, _ report: StepReport) async throws {
        let status = try? await session.platform.status(of: key)
        for name in (Array(wish.env.keys) + wish.secrets.keys).sorted() {
            try Self.checkFree(name, status?.revision.spec.cluster.discovery ?? .auto)
        }
        if !(wish.unsetEnv + wish.unsetSecrets).isEmpty {
            let present = try await session.platform.settings(of: key).settings
            if let problem = wish.problem(with: present, of: key) { throw problem }
        }
        let deploys = status != nil && !change.noDeploy
        if let present = status?.revision {
            report.progress("config", "checking")
            let step = ConfigStep(session: session, report: report)
            var subject = try await ConfigSubject.changed(key, present, by: wish, session)
            subject.limit = change.waiting.limit
            let view = try await step.view(of: subject)
            try deploys ? step.end(with: view) : step.tell(view)
        }
        let request = SettingsRequest(
            change: wish, deploys: deploys, origin: RevisionOrigin(user: session.surroundings.user), id: RequestID.fresh())
        let outcome = try await session.platform.changeSettings(of: key, request)
        guard let revision = outcome.revision else {
            if status == nil, let near = await session.nearest(to: key) {
                session.terminal.say(
                    "note: \(near) is deployed; if that was meant, take this back: beamctl \(verb.split(separator: " ")[0]) unset \(key.app) …"
                )
            }
            let when =
                status == nil ? "kept for its first deploy: no app of that name is deployed yet" : "kept for the next deploy"
            return session.terminal.print("\(key.app): \(Self.words(wish)); \(when)")
        }
        if status?.deployment.intent == .run {
            _ = try await RolloutWait(
                session: session, key: key, report: report, limit: change.waiting.limit, undo: .revision(revision.number)
            ).untilDone()
        }
        session.terminal.print("\(key.app): \(Self.words(wish))   revision \(revision.number)")
    }

    private static func words(_ wish: SettingsChange) -> String {
        func count(_ number: Int, _ what: String) -> String { number == 1 ? "1 \(what)" : "\(number) \(what)s" }
        let parts = [
            (wish.env.count, "variable", "set"), (wish.unsetEnv.count, "variable", "unset"),
            (wish.secrets.count, "secret", "set"), (wish.unsetSecrets.count, "secret", "unset"),
        ]
        return parts.filter { $0.0 > 0 }.map { "\(count($0.0, $0.1)) \($0.2)" }.joined(separator: ", ")
    }

    // MARK: What the verbs have in common

    /// An app's name and the names after it; in a project the app may be left out.
    static func appAndNames(_ words: [String]) -> (app: String?, names: [String]) {
        guard words.count > 1, AppName.isApp(words[0]) else { return (nil, words) }
        return (words[0], Array(words.dropFirst()))
    }

    static func checkFile(_ words: [String], _ verb: String) throws {
        guard (1...2).contains(words.count) else {
            throw ValidationError("\(verb) takes a file, and the app before it when it is not this project's")
        }
    }

    /// Whether what is set runs already.
    static func state(_ isDeployed: Bool, _ report: SettingsReport) -> String {
        if isDeployed { return "deployed" }
        return report.deployed == nil ? "for the first deploy" : "for the next deploy"
    }
}
