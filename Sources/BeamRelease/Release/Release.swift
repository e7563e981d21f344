/// An OTP release on disk, as its own files describe it.
public struct Release: Hashable, Codable, Sendable {
    /// The tool that built it.
    public enum Tool: String, Hashable, Codable, Sendable, CaseIterable {
        /// `mix release`, Elixir 1.9 and later.
        case mix
        /// relx, which `rebar3 release` calls.
        case rebar3
        /// Distillery, until 2.1.
        case distillery
    }

    /// An application in the release.
    public struct Application: Hashable, Codable, Sendable {
        /// Its name.
        public var name: String
        /// Its version.
        public var version: String
        /// Whether booting the release starts it: everything but the types `load` and `none`.
        public var isStarted: Bool

        /// Makes one.
        public init(name: String, version: String, isStarted: Bool) {
            self.name = name
            self.version = version
            self.isStarted = isStarted
        }
    }

    /// The folder that holds `bin`, `lib` and `releases`, as it was given.
    public var root: String
    /// The tool that built it.
    public var tool: Tool
    /// Its name: the script in `bin/`, the base name of its nodes.
    public var name: String
    /// Its version.
    public var version: String
    /// The version of ERTS it was built for.
    public var erts: RuntimeVersion
    /// Whether ERTS is in the release. If not (`include_erts: false`), the `erl` on the PATH runs it, and that must be of the
    /// same OTP release.
    public var includesERTS: Bool
    /// The OTP release, such as `25`.
    public var otp: String
    /// The version of Elixir in it, if there is any.
    public var elixir: String?
    /// Its applications in the order in which they start.
    public var applications: [Application]
    /// Its configuration.
    public var files: ReleaseFiles

    /// Makes one.
    public init(
        root: String, tool: Tool, name: String, version: String, erts: RuntimeVersion, includesERTS: Bool, otp: String,
        elixir: String?, applications: [Application], files: ReleaseFiles
    ) {
        self.root = root
        self.tool = tool
        self.name = name
        self.version = version
        self.erts = erts
        self.includesERTS = includesERTS
        self.otp = otp
        self.elixir = elixir
        self.applications = applications
        self.files = files
    }

    /// The names of the applications that run once the release has booted, in the order in which they start.
    public var startedApplications: [String] { applications.filter(\.isStarted).map(\.name) }

    /// The folder of this version, relative to the root.
    public var versionFolder: String { "releases/\(version)" }
}

/// The texts of a release's configuration files, as they lie in `releases/<version>`; nil for one that is not there.
public struct ReleaseFiles: Hashable, Codable, Sendable {
    /// `vm.args`, or `vm.args.src` where there is only that.
    public var vmArguments: String?
    /// `remote.vm.args` (mix, Elixir 1.11 and later).
    public var remoteVMArguments: String?
    /// `env.sh` (mix).
    public var environmentScript: String?
    /// `sys.config`, or `sys.config.src` where there is only that.
    public var systemConfig: String?
    /// `runtime.exs` (mix).
    public var runtimeConfig: String?
    /// Whether the text of `vm.args` is that of `vm.args.src`, with placeholders (relx).
    public var isVMArgumentsSource: Bool
    /// Whether the text of `sys.config` is that of `sys.config.src`, with placeholders (relx).
    public var isSystemConfigSource: Bool

    /// Makes one; what is left out is not there.
    public init(
        vmArguments: String? = nil, remoteVMArguments: String? = nil, environmentScript: String? = nil,
        systemConfig: String? = nil, runtimeConfig: String? = nil, isVMArgumentsSource: Bool = false,
        isSystemConfigSource: Bool = false
    ) {
        self.vmArguments = vmArguments
        self.remoteVMArguments = remoteVMArguments
        self.environmentScript = environmentScript
        self.systemConfig = systemConfig
        self.runtimeConfig = runtimeConfig
        self.isVMArgumentsSource = isVMArgumentsSource
        self.isSystemConfigSource = isSystemConfigSource
    }
}
