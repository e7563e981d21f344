/// The environment of a replica, built from nothing: nothing of whoever starts it comes in.
public enum LaunchEnvironment {
    /// Variables that the platform alone sets.
    public static let reserved: Set<String> = [
        "HOME", "PORT", "TMPDIR", "RELEASE_TMP", "RELEASE_VM_ARGS", "RELEASE_REMOTE_VM_ARGS", "RELEASE_MUTABLE_DIR",
        "RELX_OUT_FILE_PATH", "VMARGS_PATH", "SYS_CONFIG_PATH", "RELX_CONFIG_PATH", "RELEASE_SYS_CONFIG", "RELEASE_CONFIG_DIR",
        "ERL_EPMD_PORT", "ERL_DIST_PORT", "RELEASE_ROOT", "RELEASE_NAME", "RELEASE_VSN",
        "RELEASE_COMMAND", "RELEASE_PROG",
    ]

    /// Variables that the platform alone sets too, unless no distribution is set up.
    public static let reservedInClusters: Set<String> = [
        "RELEASE_NODE", "RELEASE_COOKIE", "RELEASE_DISTRIBUTION", "ERL_INETRC",
    ]

    /// Defaults of the platform that the project's own `env.sh` may extend.
    public static let extensible: Set<String> = ["LANG", "PATH", "ERL_CRASH_DUMP", "ERL_CRASH_DUMP_BYTES"]

    /// Names the file that the copy of a mix release sources at the end of its `env.sh`.
    static let fileVariable = "BEAMCTL_ENV_FILE"

    /// Every name that begins so is the platform's.
    public static let reservedPrefix = "BEAMCTL_"

    /// Whether the user may not set a variable.
    public static func isReserved(_ name: String, in discovery: LaunchRequest.Discovery) -> Bool {
        reserved.contains(name) || name.hasPrefix(reservedPrefix) || discovery != .none && reservedInClusters.contains(name)
    }

    /// Bytes of the largest crash dump: what people look at first stands at its beginning.
    static let largestCrashDump = 64 << 20

    /// What a program finds its tools by where nobody says otherwise.
    static let plainPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// The platform's defaults, then the user's, then what is reserved.
    static func make(_ request: LaunchRequest) -> [String: String] {
        let users = request.environment.filter { !isReserved($0.key, in: request.discovery) }
        var environment = defaults(request).merging(users) { _, user in user }
        environment.merge(fixed(request)) { _, fixed in fixed }
        let identity = identity(request)
        if request.discovery == .none {
            environment.merge(identity) { user, _ in user }
            // Whoever sets up distribution on his own gets the release's own cookie, not one that everybody knows.
            if users["RELEASE_DISTRIBUTION"] != nil, users["RELEASE_COOKIE"] == nil { environment["RELEASE_COOKIE"] = nil }
        } else {
            environment.merge(identity) { _, fixed in fixed }
        }
        return environment
    }

    /// What the user may change.
    static func defaults(_ request: LaunchRequest) -> [String: String] {
        var defaults = [
            "LANG": "C.UTF-8",
            "PATH": (request.hostErlang.map { "\($0):" } ?? "") + plainPath,
            "ERL_CRASH_DUMP": "\(request.directory)/\(request.crashDump)",
            "ERL_CRASH_DUMP_BYTES": "\(largestCrashDump)",
        ]
        if request.discovery != .none { defaults["DNS_CLUSTER_QUERY"] = request.peers }
        if let host = request.publicHost {
            // What a runtime.exs that Phoenix generated reads.
            defaults["PHX_SERVER"] = "true"
            defaults["PHX_HOST"] = host
        }
        return defaults
    }

    private static func fixed(_ request: LaunchRequest) -> [String: String] {
        let directory = request.directory
        var fixed = [
            "HOME": "\(directory)/home",
            "TMPDIR": "\(directory)/tmp",
            "PORT": "\(request.httpPort)",
            "RELEASE_TMP": "\(directory)/tmp",
            "BEAMCTL_REPLICA": request.replica,
            fileVariable: "\(directory)/\(LaunchPaths.environmentFile)",
        ]
        fixed.merge(files(request)) { _, file in file }
        if request.discovery != .none {
            fixed[PeerAgent.peersVariable] = request.peers
            // Whoever sets up distribution on his own may want an EPMD.
            fixed["ERL_EPMD_PORT"] = "\(request.silentEPMDPort)"
        }
        if request.discovery == .auto { fixed[PeerAgent.fileVariable] = "\(directory)/\(LaunchPaths.agent)" }
        return fixed
    }

    /// The environment with what tells the start script of rendered files, and keeps it from rendering them once more: a value
    /// that holds `${…}` is that text.
    static func told(_ values: [String: String], of config: RenderedConfig, _ request: LaunchRequest) -> [String: String] {
        var environment = values
        if config.systemConfig != nil {
            let path = "\(request.directory)/\(LaunchPaths.systemConfig)"
            switch request.release.tool {
            case .mix: environment["RELEASE_SYS_CONFIG"] = String(path.dropLast(".config".count))
            case .rebar3: environment["RELX_CONFIG_PATH"] = path
            case .distillery: environment["SYS_CONFIG_PATH"] = path
            }
        }
        if request.rendering == .beamctl {
            switch request.release.tool {
            case .mix: break
            case .rebar3: environment["RELX_REPLACE_OS_VARS"] = nil
            case .distillery: environment["REPLACE_OS_VARS"] = nil
            }
        }
        if request.release.tool == .mix {
            for name in request.secrets { environment[EnvironmentFile.secretPrefix + name] = environment[name] }
        }
        return environment
    }

    /// How each tool's start script is told of the replica's own files.
    private static func files(_ request: LaunchRequest) -> [String: String] {
        let arguments = "\(request.directory)/\(LaunchPaths.vmArguments)"
        switch request.release.tool {
        case .mix:
            return [
                "RELEASE_VM_ARGS": arguments,
                "RELEASE_REMOTE_VM_ARGS": "\(request.directory)/\(LaunchPaths.remoteVMArguments)",
            ]
        case .rebar3:
            // What relx fills in goes to this folder: the release itself is read-only.
            return ["VMARGS_PATH": arguments, "RELX_OUT_FILE_PATH": "\(request.directory)/config"]
        case .distillery:
            return ["VMARGS_PATH": arguments, "RELEASE_MUTABLE_DIR": "\(request.directory)/var"]
        }
    }

    private static func identity(_ request: LaunchRequest) -> [String: String] {
        var identity = [
            "RELEASE_NODE": request.node,
            "RELEASE_DISTRIBUTION": request.discovery == .none ? "none" : "name",
            "ERL_INETRC": "\(request.directory)/\(LaunchPaths.inetrc)",
        ]
        if request.release.tool == .mix { identity["RELEASE_COOKIE"] = VMArguments.decoy }
        return identity
    }
}
