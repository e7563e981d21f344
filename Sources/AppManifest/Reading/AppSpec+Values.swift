import FleetModel

extension AppSpec {
    /// The app that checked values describe.
    init(_ values: [String: ManifestValue], environment: EnvironmentSpec?) {
        var processes: [String: ProcessSpec] = [:]
        for (name, value) in values.keys("processes") ?? [:] {
            if case .keys(let keys) = value { processes[name] = ProcessSpec(keys, env: keys.texts("env")) }
        }
        if processes.isEmpty { processes[AppSpec.plainProcess] = ProcessSpec(values, env: [:]) }
        let hosts = (values.list("host") ?? []).map { $0.lowercased() }
        // Who names a host means one process that answers there.
        if !hosts.isEmpty, processes.values.allSatisfy({ $0.http == nil }), let only = processes.onlyServing {
            processes[only]?.http = HTTPSpec()
        }
        self.init(
            app: values.text("app") ?? "", build: BuildSpec(values.keys("build") ?? [:]), processes: processes,
            cluster: ClusterSpec(values.keys("cluster") ?? [:]), env: values.texts("env"),
            shutdown: ShutdownSpec(
                drainSeconds: values.keys("shutdown")?.integer("drain") ?? ShutdownSpec.defaultDrainSeconds,
                graceSeconds: values.keys("shutdown")?.integer("grace") ?? ShutdownSpec.defaultGraceSeconds),
            rollout: RolloutSpec(values.keys("rollout") ?? [:]), secrets: values.list("secrets") ?? [],
            release: ReleaseSpec(values.keys("release") ?? [:]), config: ConfigSpec(values.keys("config") ?? [:]),
            environment: environment, releaseCommand: values.list("release_command"), hosts: hosts,
            image: ImageSpec(values.keys("image") ?? [:]),
            runtime: values.text("runtime").flatMap(Runtime.init) ?? .process,
            platform: PlatformSpec(
                kind: values.text("on").flatMap(PlatformSpec.Kind.init) ?? .local, context: values.text("context"),
                namespace: values.text("namespace")),
            secretsFrom: values.list("secrets_from") ?? [], kubernetes: KubernetesSpec(values.keys("kubernetes") ?? [:]))
    }
}

extension ProcessSpec {
    fileprivate init(_ values: [String: ManifestValue], env: [String: String]) {
        let http = values.keys("http").map { keys in
            HTTPSpec(
                port: keys.integer("port") ?? HTTPSpec.defaultPort, health: keys.text("health"),
                path: keys.text("path") ?? "/", maxBodyBytes: keys.integer("max_body"),
                forcesHTTPS: keys.boolean("force_https") ?? false)
        }
        let resources = values.keys("resources").map { keys in
            ResourceSpec(cpuMillis: keys.integer("cpu"), memoryBytes: keys.integer("memory"))
        }
        let autoscale = values.keys("autoscale").map { keys in
            let fewest = keys.integer("min") ?? max(1, values.integer("replicas") ?? 1)
            return AutoscaleSpec(
                fewest: fewest, most: keys.integer("max") ?? fewest,
                cpuPercent: keys.integer("cpu") ?? AutoscaleSpec.defaultCPUPercent)
        }
        var volumes: [String: VolumeSpec] = [:]
        for (name, value) in values.keys("volumes") ?? [:] {
            guard case .keys(let keys) = value else { continue }
            volumes[name] = VolumeSpec(
                path: keys.text("path") ?? "", sizeBytes: keys.integer("size") ?? 0, storageClass: keys.text("storage_class"))
        }
        self.init(
            replicas: values.integer("replicas") ?? autoscale?.fewest ?? 1, http: http, ports: values.integers("ports"), env: env,
            command: values.list("command"), resources: resources, autoscale: autoscale,
            identity: values.text("identity").flatMap(Identity.init) ?? .none, volumes: volumes)
    }
}

extension [String: ProcessSpec] {
    /// The process that a host name stands for: the only one, or `web`.
    fileprivate var onlyServing: String? {
        self[AppSpec.plainProcess] != nil ? AppSpec.plainProcess : count == 1 ? keys.first : nil
    }
}

extension BuildSpec {
    fileprivate init(_ values: [String: ManifestValue]) {
        self.init(
            tool: values.text("tool").flatMap(ReleaseTool.init), release: values.text("release"),
            assets: values.boolean("assets"))
    }
}

extension ClusterSpec {
    init(_ values: [String: ManifestValue]) {
        self.init(
            discovery: values.text("discovery").flatMap(Discovery.init) ?? .auto,
            nodeName: values.text("node_name").flatMap(NodeName.init) ?? .ip, name: values.text("name"))
    }
}

extension ReleaseSpec {
    fileprivate init(_ values: [String: ManifestValue]) {
        self.init(
            replacesVariables: values.boolean("replace_os_vars"),
            environmentScript: values.text("env_sh").flatMap(EnvironmentScript.init) ?? .ours)
    }
}

extension ConfigSpec {
    fileprivate init(_ values: [String: ManifestValue]) {
        self.init(
            renderer: values.text("render").flatMap(Renderer.init) ?? .beamctl, preflight: values.boolean("preflight") ?? true)
    }
}

extension ImageSpec {
    fileprivate init(_ values: [String: ManifestValue]) {
        self.init(
            name: values.text("name"), builder: values.text("builder").flatMap(Builder.init),
            runnerBase: values.text("runner_base"),
            builderBase: values.text("builder_base"), bringsLibraries: values.boolean("bring_libraries") ?? true,
            labels: values.texts("labels"), pullSecrets: values.list("pull_secrets") ?? [])
    }
}

extension RolloutSpec {
    init(_ values: [String: ManifestValue]) {
        let standard = RolloutSpec()
        self.init(
            maxSurge: values.amount("max_surge") ?? standard.maxSurge,
            maxUnavailable: values.amount("max_unavailable") ?? standard.maxUnavailable)
    }
}
