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

    /// Writes only what ``reads()`` needs, so that it can be asked for where nothing can be rendered. Throws ``ReleaseError``.
    public func writeReader() throws(ReleaseError) { try readerPlan().write() }

    /// What ``writeReader()`` writes. Throws ``ReleaseError``.
    public func readerPlan() throws(ReleaseError) -> LaunchPlan { try ConfigTrial(reading, readerCache: readerCache).plan() }

    /// Boots the VM and ends with 0 when the configuration holds; then a mix release also prints what it reads. nil when there is no
    /// way to try it: see ``untried``. Throws ``ReleaseError``.
    public func boot() throws(ReleaseError) -> OneOffCommand? {
        switch request.release.tool {
        case .mix:
            // Once it has booted it says what it reads, too: one boot for both. A reader that fails is no failure of the release.
            var command = try LaunchPlan.oneOff(
                .eval("try do \(ConfigReader.expression) rescue _ -> :ok catch _, _ -> :ok end"), in: request)
            command.environment.merge(
                ConfigReader.asking(
                    folder: readerFolder, names: request.environment.keys, exports: exports, cache: readerCache)
            ) { $1 }
            command.environment.merge(Self.noCrashDump) { $1 }
            return command
        case .rebar3, .distillery:
            if request.rendering == .native { return try script() }
            let plan = try LaunchPlan(request)
            return erlang(plan, config: plan.systemConfig(of: request))
        }
    }

    /// Why the configuration cannot be tried, for people; nil when it can.
    public var untried: String? {
        guard request.rendering == .native, request.release.tool != .mix, !request.release.bootsOthers else {
            return nil
        }
        return "config.render is native, and the release's start script has no console_boot to try it with"
    }

    /// Boots a mix release's VM with the arguments of a replica, and nothing else: the `eval` of some versions takes others. nil
    /// where the release has no arguments of its own. Throws ``ReleaseError``.
    public func arguments() throws(ReleaseError) -> OneOffCommand? {
        let own = request.release.files.vmArguments ?? ""
        guard request.release.tool == .mix, ArgumentsText.hasWords(own) else { return nil }
        return erlang(try LaunchPlan(request), config: "\(readerFolder)/sys.config")
    }

    /// Prints what the release reads (``RuntimeReads``); nil for releases without Elixir's own configuration. Boots without any
    /// configuration, so that nothing of the release's own runs, and nothing has to be rendered. Throws ``ReleaseError``.
    public func reads() throws(ReleaseError) -> OneOffCommand? {
        guard request.release.tool == .mix else { return nil }
        var command = try LaunchPlan.oneOff(.eval(ConfigReader.expression), in: reading)
        command.environment.merge(
            ConfigReader.environment(
                folder: readerFolder, names: request.environment.keys, exports: exports, cache: readerCache)
        ) { $1 }
        // The file of a replica's environment would set it back.
        command.environment[LaunchEnvironment.fileVariable] = nil
        return command
    }

    /// A command of the release, in this environment: a path within it or a command of its start script, then arguments. Throws
    /// ``ReleaseError``.
    public func command(_ words: [String]) throws(ReleaseError) -> OneOffCommand {
        if request.release.tool != .mix, words.first == "eval", words.count == 2 {
            return try LaunchPlan.oneOff(.eval(words[1]), in: request)
        }
        var request = request
        request.command = words
        let plan = try LaunchPlan(request)
        guard words.first?.hasPrefix("/") ?? false else {
            return OneOffCommand(
                executable: plan.executable, arguments: plan.arguments, environment: plan.environment,
                directory: plan.directory, standardInput: nil)
        }
        // A shell begins where the release is, and knows that as the release's own script does.
        return OneOffCommand(
            executable: plan.executable, arguments: plan.arguments,
            environment: plan.environment.merging(["RELEASE_ROOT": request.root]) { $1 }, directory: request.root,
            standardInput: nil)
    }

    /// The request as far as it concerns ``reads()``: no file is rendered.
    private var reading: LaunchRequest {
        var reading = request
        reading.rendering = .native
        return reading
    }

    /// The release's own start, with another boot file: the tool's pass over its files, hooks and config providers included, and
    /// then a VM with kernel and stdlib alone. What is added stands behind the user's own flags, whose end it is.
    private func script() throws(ReleaseError) -> OneOffCommand? {
        guard request.release.bootsOthers else { return nil }
        var request = request
        request.command = ["console_boot", request.release.cleanBoot(in: request.root)]
        let plan = try LaunchPlan(request)
        var environment = plan.environment.merging(Self.noCrashDump) { $1 }
        environment["ERL_ZFLAGS"] = [environment["ERL_ZFLAGS"], OneOffCommand.endingFlags].compactMap(\.self)
            .joined(separator: " ")
        return OneOffCommand(
            executable: plan.executable, arguments: plan.arguments, environment: environment, directory: plan.directory,
            standardInput: nil)
    }

    /// The variables that `env.sh` has the last word on, and that are no secrets.
    private var exports: Set<String> {
        let exported = request.release.files.environmentExports.keys
        let given = request.environmentScriptWins ? [:] : LaunchEnvironment.make(request)
        return Set(exported).filter { name in
            let isOpen = given[name] == nil || LaunchEnvironment.extensible.contains(name) && request.environment[name] == nil
            return isOpen && !request.secrets.contains(name)
        }
    }

    private var readerFolder: String { "\(request.directory)/\(Self.readerName)" }

    private static let readerName = "reader"

    /// A dump would hold the environment, and nobody reads it.
    private static let noCrashDump = ["ERL_CRASH_DUMP_SECONDS": "0"]

    /// The scripts of relx and Distillery have no command that boots without starting anything, and leaves files as they are.
    private func erlang(_ plan: LaunchPlan, config: String) -> OneOffCommand {
        var command = OneOffCommand.erlang(request, plan.environment)
        command.environment.merge(Self.noCrashDump) { $1 }
        command.environment.merge(["RELEASE_COMMAND": "eval"]) { $1 }
        command.arguments += [
            "-noshell", "-noinput", "-mode", "embedded", "-config", config,
            "-args_file", "\(request.directory)/\(LaunchPaths.vmArguments)", "-eval", "halt(0).",
        ]
        return command
    }
}

extension Release {
    /// The boot script that starts nothing but kernel and stdlib, without its ending: beside the version's files, or in `bin`, where
    /// Distillery puts it.
    func cleanBoot(in root: String) -> String {
        let beside = "\(versionFolder)/start_clean"
        return TextFiles.exists("\(self.root)/\(beside).boot") ? "\(root)/\(beside)" : "\(root)/bin/start_clean"
    }

    /// Whether the start script boots with a boot file that it is told: `console_boot`, which relx's extended script and
    /// Distillery's have.
    var bootsOthers: Bool {
        let command = "console_boot"
        // Distillery 2 has a file for each command, where console.sh knows its kin.
        let commands = "\(root)/\(versionFolder)/libexec/commands"
        if TextFiles.exists("\(commands)/\(command).sh") { return true }
        let scripts =
            TextFiles.exists(commands)
            ? ["\(commands)/console.sh"] : ["\(root)/bin/\(name)", "\(root)/\(versionFolder)/\(name).sh"]
        return scripts.contains { (try? TextFiles.text(of: $0))?.contains(command) ?? false }
    }
}
