import Glibc

/// A trial of a release's configuration: its VM boots with exactly the files and the environment that a replica would get, starts
/// none of its applications, and ends. What `runtime.exs` and config providers raise is then told before a replica is touched.
public struct ConfigTrial: Sendable {
    private let request: LaunchRequest
    private let readerCache: String?

    /// Makes one. The request's directory is the trial's own.
    ///
    /// - Parameter readerCache: Where ``ConfigReader`` is kept compiled; nil compiles it each time.
    public init(_ request: LaunchRequest, readerCache: String? = nil) {
        self.readerCache = readerCache
        var request = request
        // A trial joins nobody.
        request.peers = "nobody.invalid"
        self.request = request
    }

    /// Writes the files that a replica would get, with those that the programs here need. Throws ``ReleaseError``: `.badConfig` when
    /// a file cannot be rendered, or what ``LaunchPlan/write()`` throws.
    public func write() throws(ReleaseError) { try plan().write() }

    /// What ``write()`` writes. Throws ``ReleaseError``.
    public func plan() throws(ReleaseError) -> LaunchPlan {
        var plan = try LaunchPlan(request)
        plan.folders.append(Self.readerName)
        for (name, text) in ConfigReader.files {
            plan.files.append(LaunchPlan.File(path: "\(Self.readerName)/\(name)", contents: text, mode: 0o600))
        }
        return plan
    }

    /// Boots the VM and ends with 0 when the configuration holds; then a mix release also prints what it reads. nil when there is nothing to try: a mix release that computes
    /// nothing at boot and has nothing rendered, or files that only the tool's own start renders. Throws ``ReleaseError``.
    public func boot() throws(ReleaseError) -> OneOffCommand? {
        let plan = try LaunchPlan(request)
        let isRendered = plan.files.contains { $0.path == LaunchPaths.systemConfig }
        switch request.release.tool {
        case .mix:
            guard isRendered || request.release.computesConfig else { return nil }
            // Once it has booted it says what it reads, too: one boot for both. A reader that fails is no failure of the release.
            var command = try LaunchPlan.oneOff(
                .eval("try do \(ConfigReader.expression) rescue _ -> :ok catch _, _ -> :ok end"), in: request)
            command.environment.merge(
                ConfigReader.asking(folder: readerFolder, names: request.environment.keys, cache: readerCache)
            ) { $1 }
            command.environment.merge(Self.noCrashDump) { $1 }
            return command
        case .rebar3, .distillery:
            guard isRendered || request.rendering == .beamctl, request.release.includesERTS else { return nil }
            return erlang(plan, config: config(of: plan))
        }
    }

    /// Boots a mix release's VM with the arguments of a replica, and nothing else: its `eval` takes others. nil where they are the
    /// project's own, or the tool's own start is asked for nothing but that. Throws ``ReleaseError``.
    public func arguments() throws(ReleaseError) -> OneOffCommand? {
        let files = request.release.files
        let mayFail = (files.vmArguments ?? "").contains("${") && request.rendering == .beamctl
        guard request.release.tool == .mix, request.release.includesERTS, mayFail else { return nil }
        return erlang(try LaunchPlan(request), config: "\(readerFolder)/sys.config")
    }

    /// Prints what the release reads (``RuntimeReads``); nil for releases without Elixir's own configuration. Boots without any
    /// configuration, so that nothing of the release's own runs. Throws ``ReleaseError``.
    public func reads() throws(ReleaseError) -> OneOffCommand? {
        guard request.release.tool == .mix else { return nil }
        var command = try LaunchPlan.oneOff(.eval(ConfigReader.expression), in: request)
        command.environment.merge(
            ConfigReader.environment(folder: readerFolder, names: request.environment.keys, cache: readerCache)
        ) { $1 }
        // The file of a replica's environment would set it back.
        command.environment[LaunchEnvironment.fileVariable] = nil
        return command
    }

    /// A command of the release, in this environment: a path within it or a command of its start script, then arguments. Throws
    /// ``ReleaseError``.
    public func command(_ words: [String]) throws(ReleaseError) -> OneOffCommand {
        var request = request
        request.command = words
        let plan = try LaunchPlan(request)
        return OneOffCommand(
            executable: plan.executable, arguments: plan.arguments, environment: plan.environment, directory: plan.directory,
            standardInput: nil)
    }

    private func config(of plan: LaunchPlan) -> String {
        plan.files.contains { $0.path == LaunchPaths.systemConfig }
            ? "\(request.directory)/\(LaunchPaths.systemConfig)"
            : "\(request.root)/\(request.release.versionFolder)/sys.config"
    }

    private var readerFolder: String { "\(request.directory)/\(Self.readerName)" }

    private static let readerName = "reader"

    /// A dump would hold the environment, and nobody reads it.
    private static let noCrashDump = ["ERL_CRASH_DUMP_SECONDS": "0"]

    /// The scripts of relx and Distillery have no command that boots without starting anything.
    private func erlang(_ plan: LaunchPlan, config: String) -> OneOffCommand {
        let programs = "\(request.root)/erts-\(request.release.erts)/bin"
        var environment = plan.environment
        environment.merge(Self.noCrashDump) { $1 }
        environment.merge(
            ["ROOTDIR": request.root, "BINDIR": programs, "EMU": "beam", "PROGNAME": "erl", "RELEASE_COMMAND": "eval"]
        ) { _, new in new }
        return OneOffCommand(
            executable: "\(programs)/erlexec",
            arguments: [
                "-noshell", "-noinput", "-mode", "embedded", "-boot", request.release.cleanBoot(in: request.root),
                "-boot_var", "SYSTEM_LIB_DIR", "\(request.root)/lib", "-boot_var", "RELEASE_LIB", "\(request.root)/lib",
                "-config", config,
                "-args_file", "\(request.directory)/\(LaunchPaths.vmArguments)", "-eval", "halt(0).",
            ],
            environment: environment, directory: request.directory, standardInput: nil)
    }
}

extension Release {
    /// Whether booting runs code that makes configuration: mix writes this into `sys.config` then (Elixir, `mix release`,
    /// "Runtime configuration").
    var computesConfig: Bool {
        files.runtimeConfig != nil || (files.systemConfig?.contains("RUNTIME_CONFIG=true") ?? false)
    }

    /// The boot script that starts nothing but kernel and stdlib, without its ending: beside the version's files, or in `bin`, where
    /// Distillery puts it.
    func cleanBoot(in root: String) -> String {
        let beside = "\(versionFolder)/start_clean"
        return TextFiles.exists("\(self.root)/\(beside).boot") ? "\(root)/\(beside)" : "\(root)/bin/start_clean"
    }
}
