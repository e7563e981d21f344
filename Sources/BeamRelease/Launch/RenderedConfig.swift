/// The configuration files of one replica: the release's own, with every placeholder replaced where that is our work.
struct RenderedConfig {
    /// The release's own `vm.args`, without what only the platform can set.
    let vmArguments: String
    /// The release's own `remote.vm.args`, likewise.
    let remoteVMArguments: String
    /// `sys.config`; nil when the release's own is used as it is.
    let systemConfig: String?
    /// Where `vm.args` goes, relative to the replica's folder.
    let vmArgumentsPath: String
    /// Whether the tool's own pass is done, or there is none to come.
    let vmArgumentsAreWhole: Bool

    /// Throws ``ReleaseError`` `.badConfig` that names file, line, column and variable.
    init(_ request: LaunchRequest, _ variables: [String: String]) throws(ReleaseError) {
        let files = request.release.files
        let substitution = Substitution(request.release, request.environment, request.rendering, request.replacesVariables)
        let renderer = ConfigRenderer(variables: variables)
        let folder = request.release.versionFolder
        let isClustered = request.discovery != .none
        let arguments = VMArgumentsText.kept(files.vmArguments ?? "", isClustered: isClustered)
        let remote = VMArgumentsText.kept(files.remoteVMArguments ?? "", isClustered: isClustered)
        for file in [Substitution.File.vmArguments, .remoteVMArguments] where substitution.author(of: file) != .nobody {
            let text = file == .vmArguments ? arguments : remote
            for placeholder in ConfigRenderer.placeholders(inVMArguments: text) where request.secrets.contains(placeholder.name) {
                throw ReleaseError(
                    .badConfig, at: "\(folder)/\(substitution.name(of: file)):\(placeholder.line):\(placeholder.column)",
                    "\(placeholder.name) is a secret, and every user of the machine can read the VM's arguments",
                    next: "read it in runtime.exs or sys.config instead, or set it with beamctl env if it is no secret")
            }
        }
        // A flag may also come of a value: so they are left out before, where a placeholder of theirs need not be set, and after.
        do throws(RenderError) {
            vmArguments =
                substitution.isOurs(.vmArguments)
                ? VMArgumentsText.kept(
                    try renderer.vmArguments(arguments, file: "\(folder)/\(substitution.name(of: .vmArguments))"),
                    isClustered: isClustered) : arguments
            remoteVMArguments =
                substitution.isOurs(.remoteVMArguments)
                ? VMArgumentsText.kept(
                    try renderer.vmArguments(remote, file: "\(folder)/remote.vm.args"), isClustered: isClustered) : remote
            systemConfig =
                if substitution.isOurs(.systemConfig), let text = files.systemConfig {
                    try renderer.systemConfig(text, file: "\(folder)/\(substitution.name(of: .systemConfig))")
                } else {
                    nil
                }
        } catch {
            throw ReleaseError(error)
        }
        // relx fills in a vm.args.src that lies beside the vm.args it is told of; so a text with placeholders keeps that name.
        let isSource = files.isVMArgumentsSource && !substitution.isOurs(.vmArguments)
        vmArgumentsAreWhole = substitution.author(of: .vmArguments) != .tool
        vmArgumentsPath = LaunchPaths.vmArguments + (isSource ? ".src" : "")
    }
}

extension ReleaseError {
    fileprivate init(_ error: RenderError) {
        let first = error.problems.first
        let more = error.problems.count > 1 ? ", and \(error.problems.count - 1) more" : ""
        self.init(
            .badConfig, at: first.map { "\($0.file):\($0.line):\($0.column)" } ?? "",
            (first?.reason ?? "cannot be rendered") + more, next: "beamctl config shows every variable that the release reads")
    }
}
