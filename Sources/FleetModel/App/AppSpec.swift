/// What a manifest describes: one app, whichever platform it runs on. Everything is decided; defaults are filled in.
public struct AppSpec: Hashable, Codable, Sendable {
    /// The app's name, a DNS label.
    public var app: String
    /// How its release is built.
    public var build: BuildSpec
    /// Its processes by name; a plain app has one, `web`.
    public var processes: [String: ProcessSpec]
    /// Which nodes it meshes with, and how they find each other.
    public var cluster: ClusterSpec
    /// The environment of every process, before each process's own.
    public var env: [String: String]
    /// How its replicas are stopped.
    public var shutdown: ShutdownSpec
    /// How one revision takes over from another.
    public var rollout: RolloutSpec
    /// The names of variables that must be set as secrets before a deploy, in the manifest's order; each once.
    public var secrets: [String]
    /// What beamctl does beside the release's own start script.
    public var release: ReleaseSpec
    /// How the release's configuration is rendered and tried.
    public var config: ConfigSpec
    /// The environment of the manifest that was chosen, with its variables; nil when none was.
    public var environment: EnvironmentSpec?
    /// The host names under which it is reached from outside, in lower case; the first is the one that it writes into links.
    public var hosts: [String]
    /// What runs once before each deploy, from the new release; nil: nothing. Its first word is a path inside the release, or a command
    /// of the start script.
    public var releaseCommand: [String]?
    /// How its container image is made.
    public var image: ImageSpec
    /// What a replica is, on a platform that leaves the choice.
    public var runtime: Runtime
    /// Where it runs.
    public var platform: PlatformSpec
    /// The names of Secrets that are there already, whose every key becomes a variable on Kubernetes; a later one wins, and what
    /// is set as a secret of the app wins over all of them.
    public var secretsFrom: [String]
    /// What it asks of Kubernetes alone.
    public var kubernetes: KubernetesSpec

    /// What a replica is on the local platform.
    public enum Runtime: String, Hashable, Codable, Sendable, CaseIterable {
        /// A process of the machine.
        case process
        /// A container of a Docker Engine, from the app's image.
        case docker
    }

    /// The process that a plain app has.
    public static let plainProcess = "web"

    /// Makes a description; what is left out has the manifest's defaults.
    public init(
        app: String, build: BuildSpec = BuildSpec(), processes: [String: ProcessSpec] = [AppSpec.plainProcess: ProcessSpec()],
        cluster: ClusterSpec = ClusterSpec(), env: [String: String] = [:], shutdown: ShutdownSpec = ShutdownSpec(),
        rollout: RolloutSpec = RolloutSpec(), secrets: [String] = [], release: ReleaseSpec = ReleaseSpec(),
        config: ConfigSpec = ConfigSpec(), environment: EnvironmentSpec? = nil, releaseCommand: [String]? = nil,
        hosts: [String] = [], image: ImageSpec = ImageSpec(), runtime: Runtime = .process,
        platform: PlatformSpec = PlatformSpec(), secretsFrom: [String] = [], kubernetes: KubernetesSpec = KubernetesSpec()
    ) {
        self.app = app
        self.build = build
        self.processes = processes
        self.cluster = cluster
        self.env = env
        self.shutdown = shutdown
        self.rollout = rollout
        self.secrets = secrets
        self.release = release
        self.config = config
        self.environment = environment
        self.releaseCommand = releaseCommand
        self.hosts = hosts
        self.image = image
        self.runtime = runtime
        self.platform = platform
        self.secretsFrom = secretsFrom
        self.kubernetes = kubernetes
    }

    enum CodingKeys: String, CodingKey {
        case app, build, processes, cluster, env, shutdown, rollout, secrets, release, config, environment
        case releaseCommand, hosts, image, runtime, platform, secretsFrom, kubernetes
    }
}

extension AppSpec {
    /// The name of the cluster that its nodes belong to.
    public var clusterName: String { cluster.name ?? app }

    /// The host name in the links that a process writes; nil when it serves no HTTP.
    public func publicHost(of process: String, in namespace: String) -> String? {
        guard processes[process]?.http != nil else { return nil }
        return hosts.first ?? HostName.local(AppKey(namespace: namespace, app: app))
    }
}

extension AppSpec {
    /// What it asks for that a machine of one's own cannot do, although its replicas run there: a line for each. What only says how things
    /// are on Kubernetes is not among them.
    public var withoutEffectLocally: [String] {
        var lines: [String] = []
        for (name, process) in processes.sorted(by: { $0.key < $1.key }) {
            let whose = processes.count == 1 ? "" : " of \(name)"
            if process.identity == .stable {
                lines.append("identity: stable\(whose) is for Kubernetes: here replicas keep neither a number nor volumes")
            }
            if process.autoscale != nil {
                lines.append("autoscale\(whose) is for Kubernetes: here there are \(process.replicas) replicas")
            }
        }
        if !secretsFrom.isEmpty {
            lines.append("secrets_from is for Kubernetes: here nothing of \(secretsFrom.joined(separator: ", ")) is set")
        }
        return lines
    }
}
