/// What will be run for one replica, and the files that it needs: data, made by pure code.
///
/// A node is set up without EPMD: the same `-erl_epmd_port` is where it listens and where it expects every peer, so each
/// replica has an address of its own. The cookie is in no argument and no variable: two `-setcookie` flags make the VM take
/// neither and read `$HOME/.erlang.cookie`, and `HOME` is the replica's own.
public struct LaunchPlan: Hashable, Sendable {
    /// A file to write.
    public struct File: Hashable, Sendable {
        /// Its path relative to the replica's folder.
        public var path: String
        /// What is in it.
        public var contents: String
        /// Its permissions, such as 0o600.
        public var mode: UInt32
    }

    /// The program, an absolute path.
    public var executable: String
    /// Its arguments, without its own name.
    public var arguments: [String]
    /// Its environment, all of it.
    public var environment: [String: String]
    /// The folder that it starts in, absolute: the replica's own.
    public var directory: String
    /// Folders to make (0700), relative to the replica's folder, parents first.
    public var folders: [String]
    /// Files to write, after the folders.
    public var files: [File]

    /// The plan for a replica.
    ///
    /// Throws ``ReleaseError`` `.badLaunch` for what no node could be started with.
    public init(_ request: LaunchRequest) throws(ReleaseError) {
        try request.check()
        let values = LaunchEnvironment.make(request)
        let config = try RenderedConfig(request, values)
        let environment = LaunchEnvironment.told(values, of: config, request)
        (executable, arguments) = Self.program(request)
        self.environment = environment
        directory = request.directory
        folders = ["home", "tmp", "config", "var"]
        files = Self.files(request, environment, config)
    }

    private static func program(_ request: LaunchRequest) -> (executable: String, arguments: [String]) {
        let script = "\(request.root)/bin/\(request.release.name)"
        guard let first = request.command.first else { return (script, [request.release.tool == .mix ? "start" : "foreground"]) }
        if first.hasPrefix("/") { return (first, Array(request.command.dropFirst())) }
        return first.contains("/")
            ? ("\(request.root)/\(first)", Array(request.command.dropFirst())) : (script, request.command)
    }

    private static func files(
        _ request: LaunchRequest, _ environment: [String: String], _ config: RenderedConfig
    ) -> [File] {
        let arguments = VMArguments(request, config)
        var files = [
            File(path: config.vmArgumentsPath, contents: arguments.boot, mode: 0o600),
            File(path: LaunchPaths.remoteVMArguments, contents: arguments.remote, mode: 0o600),
            File(path: LaunchPaths.environmentFile, contents: EnvironmentFile.text(environment, request), mode: 0o600),
            File(
                path: LaunchPaths.inetrc, contents: inetrc(request.nameServer, searchDomains: request.searchDomains), mode: 0o600),
        ]
        if request.release.tool != .mix {
            files.append(File(path: LaunchPaths.evaluationArguments, contents: arguments.evaluation, mode: 0o600))
        }
        if let text = config.systemConfig {
            files.append(File(path: LaunchPaths.systemConfig, contents: text, mode: 0o600))
        }
        if request.discovery != .none {
            files.append(File(path: LaunchPaths.cookie, contents: request.cookie, mode: 0o400))
        }
        if request.discovery == .auto {
            files.append(File(path: LaunchPaths.agent, contents: request.agent, mode: 0o600))
        }
        return files
    }

    /// In this order: a `resolv_conf` line after the name server's would wipe it out (ERTS User's Guide, "Inet Configuration").
    static func inetrc(_ server: LaunchRequest.NameServer, searchDomains: [String]) -> String {
        let domains = searchDomains.map { "\"\($0)\"" }.joined(separator: ", ")
        return """
            {resolv_conf, ""}.
            {lookup, [file, dns, native]}.
            {search, [\(domains)]}.
            {nameserver, \(LaunchRequest.tuple(server.address)), \(server.port)}.

            """
    }
}

/// Where a replica's files lie, relative to its folder.
enum LaunchPaths {
    static let remoteVMArguments = "config/remote.vm.args"
    static let evaluationArguments = "config/eval.vm.args"
    static let environmentFile = "config/env"
    static let inetrc = "config/inetrc"
    static let agent = "config/peer_agent.erl"
    static let cookie = "home/.erlang.cookie"
    static let vmArguments = "config/vm.args"
    static let systemConfig = "config/sys.config"
}
