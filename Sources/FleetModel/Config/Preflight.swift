/// A deploy, or a change of settings, whose configuration is to be tried before it is made.
public struct PreflightRequest: Hashable, Codable, Sendable {
    /// The app's namespace; the app itself is the spec's.
    public var namespace: String
    /// What the manifest says.
    public var spec: AppSpec
    /// The release, as it is kept.
    public var release: StoredRelease
    /// What would be changed of the settings.
    public var change: SettingsChange
    /// The settings that hold instead of the present ones.
    public var settings: Settings?
    /// Whether only what the release reads is asked for: then nothing has to be set, and nothing can be tried.
    public var onlyReads: Bool
    /// Whether the command is run beside a deployed app, with its caller's terminal, and is none of a deploy's; nil: it is a deploy's.
    public var isOneOff: Bool?
    /// Whether the release is to be booted, where that is made ready apart from its release command; nil: it is not asked for.
    public var boots: Bool?
    /// Whether what the release reads is wanted although it boots, where that takes longer than the boot; nil: it is.
    public var reads: Bool?
    /// How long a boot may take where a machine has to be found and an image to be had for it, in seconds; nil: as long as is usual
    /// there.
    public var patience: Int?

    /// Makes one.
    public init(
        namespace: String, spec: AppSpec, release: StoredRelease, change: SettingsChange = SettingsChange(),
        settings: Settings? = nil, onlyReads: Bool = false, isOneOff: Bool? = nil
    ) {
        self.isOneOff = isOneOff
        self.namespace = namespace
        self.spec = spec
        self.release = release
        self.change = change
        self.settings = settings
        self.onlyReads = onlyReads
    }
}

/// How to try a release's configuration: programs that start none of its applications, in the environment that its replicas
/// would get.
public struct Preflight: Hashable, Codable, Sendable {
    /// Boots the release's VM with the configuration and ends with 0, one for each process that has an environment of its own, by
    /// process.
    public var boots: [String: ProgramCall]
    /// Why nothing can be booted, for people; nil when there is something to boot, or nothing was asked to be.
    public var untried: String?
    /// Prints what the release's own Elixir finds that it reads; nil for releases of other tools.
    public var reads: ProgramCall?
    /// The manifest's `release_command`, in the environment of the process that serves HTTP, or of the first; nil when there is none.
    public var releaseCommand: ProgramCall?
    /// What must not be shown: the values of secrets.
    public var secretValues: [String]
    /// How long a boot is waited for, in seconds; nil: as long as one on this machine.
    public var patience: Int?
    /// Whether what boots the release says by its own exit codes (``TrialExit``) that it could not.
    public var isHeldApart: Bool?
    /// The folder that holds the files of all this; whoever has run the programs has it discarded.
    public var directory: String

    /// Makes one.
    public init(
        boots: [String: ProgramCall], reads: ProgramCall?, releaseCommand: ProgramCall? = nil, secretValues: [String],
        directory: String
    ) {
        self.boots = boots
        self.reads = reads
        self.releaseCommand = releaseCommand
        self.secretValues = secretValues
        self.directory = directory
    }
}

extension Preflight {
    /// The same, whose programs remove the folder when whoever runs them is gone before they have ended.
    public var leavingNothing: Preflight {
        var preflight = self
        for process in boots.keys { preflight.boots[process]?.temporaryFolder = directory }
        preflight.reads?.temporaryFolder = directory
        return preflight
    }
}

/// How a program ends that boots a release elsewhere, and cannot: with the reason in the last line of its errors. No code of a release's own
/// boot.
public enum TrialExit {
    /// What begins the line of the reason.
    public static let mark = "beamctl-trial: "
    /// It cannot run there.
    public static let notRun: Int32 = 69
    /// It may not be run there.
    public static let notAllowed: Int32 = 77
    /// It has not come to its end in time.
    public static let timedOut: Int32 = 75
}
