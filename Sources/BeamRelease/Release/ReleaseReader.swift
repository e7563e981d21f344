extension Release {
    /// Reads the release in a folder: `releases/start_erl.data` names the version, `releases/<version>/<name>.rel` the rest.
    ///
    /// Throws ``ReleaseError``: `.notARelease` when the folder holds none, `.badFile` when a file is missing or says what
    /// cannot be, `.tooOld` when its ERTS is older than 11.1.
    public static func read(at root: String) throws(ReleaseError) -> Release {
        let version = try currentVersion(at: root)
        let folder = "\(root)/releases/\(version)"
        let resource = try ReleaseResource.find(in: folder, root: root)
        let tool = tool(of: folder, name: resource.name)
        guard resource.version == version else {
            throw ReleaseError(
                .badFile, at: resource.path, "is of version \(resource.version), but start_erl.data names \(version)",
                next: "build the release anew")
        }
        guard resource.erts.isSupportedERTS else { throw tooOld(resource) }
        return Release(
            root: root, tool: tool, name: resource.name, version: version, erts: resource.erts,
            includesERTS: TextFiles.exists("\(root)/erts-\(resource.erts)"), otp: resource.erts.otpOfERTS,
            elixir: resource.applications.first { $0.name == "elixir" }?.version, applications: resource.applications,
            files: try ReleaseFiles.read(in: folder))
    }

    /// `start_erl.data` is `<erts> <version>`.
    private static func currentVersion(at root: String) throws(ReleaseError) -> String {
        let path = "\(root)/releases/start_erl.data"
        guard let text = try TextFiles.text(of: path) else {
            throw ReleaseError(
                .notARelease, at: root, "holds no release: there is no releases/start_erl.data",
                next: "build one with MIX_ENV=prod mix release, or rebar3 as prod release")
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, !words[1].contains("/"), words[1] != ".." else {
            throw ReleaseError(.badFile, at: path, "expected an ERTS version and a release version")
        }
        return String(words[1])
    }

    /// Each tool leaves files that the others do not: mix its `elixir` and `env.sh`, Distillery its `libexec` and
    /// `<name>.sh`. What is left is relx.
    private static func tool(of folder: String, name: String) -> Tool {
        let isThere = { (file: String) in TextFiles.exists("\(folder)/\(file)") }
        if isThere("libexec") || isThere("\(name).sh") { return .distillery }
        return isThere("elixir") || isThere("env.sh") ? .mix : .rebar3
    }

    private static func tooOld(_ resource: ReleaseResource) -> ReleaseError {
        ReleaseError(
            .tooOld, at: resource.path,
            "ERTS \(resource.erts) (OTP \(resource.erts.otpOfERTS)) is too old: nodes without EPMD need "
                + "-erl_epmd_port, which came with ERTS \(RuntimeVersion.oldestSupportedERTS) (OTP 23.1)",
            next: "build the release with OTP 23.1 or later")
    }
}

extension ReleaseFiles {
    fileprivate static func read(in folder: String) throws(ReleaseError) -> ReleaseFiles {
        var files = ReleaseFiles()
        // relx reads the source where there is one, whatever a start has left beside it.
        let (arguments, config) = ("\(folder)/vm.args", "\(folder)/sys.config")
        let argumentsSource = try TextFiles.text(of: arguments + ".src")
        let configSource = try TextFiles.text(of: config + ".src")
        files.vmArguments = argumentsSource
        files.systemConfig = configSource
        if argumentsSource == nil { files.vmArguments = try TextFiles.text(of: arguments) }
        if configSource == nil { files.systemConfig = try TextFiles.text(of: config) }
        files.isVMArgumentsSource = argumentsSource != nil
        files.isSystemConfigSource = configSource != nil
        files.remoteVMArguments = try TextFiles.text(of: "\(folder)/remote.vm.args")
        files.environmentScript = try TextFiles.text(of: "\(folder)/env.sh")
        files.runtimeConfig = try TextFiles.text(of: "\(folder)/runtime.exs")
        return files
    }
}
