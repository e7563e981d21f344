// Revisions outlive the beamctl that wrote them down. A key that came later has its default when an older one wrote the JSON.

extension AppSpec {
    /// Reads what any beamctl wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            app: try values.decode(String.self, forKey: .app), build: try values.decode(BuildSpec.self, forKey: .build),
            processes: try values.decode([String: ProcessSpec].self, forKey: .processes),
            cluster: try values.decode(ClusterSpec.self, forKey: .cluster),
            env: try values.decode([String: String].self, forKey: .env),
            shutdown: try values.decode(ShutdownSpec.self, forKey: .shutdown),
            rollout: try values.decode(RolloutSpec.self, forKey: .rollout),
            secrets: try values.decodeIfPresent([String].self, forKey: .secrets) ?? [],
            release: try values.decodeIfPresent(ReleaseSpec.self, forKey: .release) ?? ReleaseSpec(),
            config: try values.decodeIfPresent(ConfigSpec.self, forKey: .config) ?? ConfigSpec(),
            environment: try values.decodeIfPresent(EnvironmentSpec.self, forKey: .environment),
            releaseCommand: try values.decodeIfPresent([String].self, forKey: .releaseCommand),
            hosts: try values.decodeIfPresent([String].self, forKey: .hosts) ?? [],
            image: try values.decodeIfPresent(ImageSpec.self, forKey: .image) ?? ImageSpec(),
            runtime: try values.decodeIfPresent(Runtime.self, forKey: .runtime) ?? .process,
            platform: try values.decodeIfPresent(PlatformSpec.self, forKey: .platform) ?? PlatformSpec(),
            secretsFrom: try values.decodeIfPresent([String].self, forKey: .secretsFrom) ?? [],
            kubernetes: try values.decodeIfPresent(KubernetesSpec.self, forKey: .kubernetes) ?? KubernetesSpec())
    }
}

extension ProcessSpec {
    /// Reads what any beamctl wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            replicas: try values.decode(Int.self, forKey: .replicas),
            http: try values.decodeIfPresent(HTTPSpec.self, forKey: .http),
            ports: try values.decode([String: Int].self, forKey: .ports),
            env: try values.decode([String: String].self, forKey: .env),
            command: try values.decodeIfPresent([String].self, forKey: .command),
            resources: try values.decodeIfPresent(ResourceSpec.self, forKey: .resources),
            autoscale: try values.decodeIfPresent(AutoscaleSpec.self, forKey: .autoscale),
            identity: try values.decodeIfPresent(Identity.self, forKey: .identity) ?? .none,
            volumes: try values.decodeIfPresent([String: VolumeSpec].self, forKey: .volumes) ?? [:])
    }
}

extension ClusterSpec {
    /// Reads what any beamctl wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            discovery: try values.decode(Discovery.self, forKey: .discovery),
            nodeName: try values.decodeIfPresent(NodeName.self, forKey: .nodeName) ?? .ip,
            name: try values.decodeIfPresent(String.self, forKey: .name))
    }
}

extension HTTPSpec {
    /// Reads what any beamctl wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            port: try values.decode(Int.self, forKey: .port), health: try values.decodeIfPresent(String.self, forKey: .health),
            path: try values.decodeIfPresent(String.self, forKey: .path) ?? "/",
            maxBodyBytes: try values.decodeIfPresent(Int.self, forKey: .maxBodyBytes),
            forcesHTTPS: try values.decodeIfPresent(Bool.self, forKey: .forcesHTTPS) ?? false)
    }
}

extension ShutdownSpec {
    /// Reads what any beamctl wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            drainSeconds: try values.decodeIfPresent(Int.self, forKey: .drainSeconds) ?? Self.defaultDrainSeconds,
            graceSeconds: try values.decode(Int.self, forKey: .graceSeconds))
    }
}

extension ImageSpec {
    /// Reads what any beamctl wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try values.decodeIfPresent(String.self, forKey: .name),
            builder: try values.decodeIfPresent(Builder.self, forKey: .builder),
            runnerBase: try values.decodeIfPresent(String.self, forKey: .runnerBase),
            builderBase: try values.decodeIfPresent(String.self, forKey: .builderBase),
            bringsLibraries: try values.decode(Bool.self, forKey: .bringsLibraries),
            labels: try values.decode([String: String].self, forKey: .labels),
            pullSecrets: try values.decodeIfPresent([String].self, forKey: .pullSecrets) ?? [])
    }
}
