import FleetModel

extension AppSpec {
    /// The app that checked values describe.
    init(_ values: [String: ManifestValue]) {
        var processes: [String: ProcessSpec] = [:]
        for (name, value) in values.keys("processes") ?? [:] {
            if case .keys(let keys) = value { processes[name] = ProcessSpec(keys, env: keys.texts("env")) }
        }
        if processes.isEmpty { processes[AppSpec.plainProcess] = ProcessSpec(values, env: [:]) }
        self.init(
            app: values.text("app") ?? "", build: BuildSpec(values.keys("build") ?? [:]), processes: processes,
            cluster: ClusterSpec(values.keys("cluster") ?? [:]), env: values.texts("env"),
            shutdown: ShutdownSpec(
                graceSeconds: values.keys("shutdown")?.integer("grace") ?? ShutdownSpec.defaultGraceSeconds),
            rollout: RolloutSpec(values.keys("rollout") ?? [:]))
    }
}

extension ProcessSpec {
    fileprivate init(_ values: [String: ManifestValue], env: [String: String]) {
        let http = values.keys("http").map { keys in
            HTTPSpec(port: keys.integer("port") ?? HTTPSpec.defaultPort, health: keys.text("health"))
        }
        self.init(replicas: values.integer("replicas") ?? 1, http: http, ports: values.integers("ports"), env: env)
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
        self.init(discovery: values.text("discovery").flatMap(Discovery.init) ?? .auto)
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
