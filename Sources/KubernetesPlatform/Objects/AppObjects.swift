import FleetModel
import JSONText

/// The objects of an app on Kubernetes.
public struct AppObjects: Hashable, Sendable {
    /// The objects, in the order in which they are applied: what others refer to comes first.
    public var objects: [KubernetesObject]
    /// What could not be rendered as the manifest asks for it: one line each.
    public var warnings: [String]
    /// The Secrets that are not among the objects, and must be there before a pod starts.
    public var expectedSecrets: [ExpectedSecret]

    /// A Secret that somebody else makes.
    public struct ExpectedSecret: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// The keys that it must hold; empty: any.
        public var keys: [String]
    }

    /// Renders an app.
    ///
    /// - Throws: ``RenderingError`` for what no cluster would take.
    public static func render(_ request: RenderingRequest) throws(RenderingError) -> AppObjects {
        let plan = try AppPlan(request)
        try plan.check()
        var rendered = AppObjects(objects: [], warnings: plan.warnings, expectedSecrets: plan.expectedSecrets)
        var (configs, workloads): ([KubernetesObject], [KubernetesObject]) = ([], [])
        for (name, spec) in plan.processes {
            let template = try PodTemplate(plan, name, spec)
            if let config = template.configMap { configs.append(config) }
            workloads.append(plan.workload(name, spec, template))
        }
        var objects = plan.access + configs + plan.secretObjects
        objects += plan.networkPolicies + plan.services
        if let job = try plan.releaseJob(configs) { objects.append(job) }
        objects += workloads + plan.disruptionBudgets(&rendered.warnings) + plan.autoscalers(&rendered.warnings)
        objects += plan.ingress(&rendered.warnings)
        rendered.objects = try PatchedObjects.patch(objects, with: request.spec.kubernetes.patches)
        return rendered
    }
}

extension AppPlan {
    fileprivate var expectedSecrets: [AppObjects.ExpectedSecret] {
        guard case .references = request.secrets else { return [] }
        var expected: [AppObjects.ExpectedSecret] = []
        if let cookieName { expected.append(.init(name: cookieName, keys: [Self.cookieKey])) }
        if let secretName {
            let names = ProcessEnvironment.secrets(spec, request.settings).sorted()
            expected.append(.init(name: secretName, keys: names))
        }
        return expected
    }

    /// Names and ports that Kubernetes would refuse, or that mean two things.
    fileprivate func check() throws(RenderingError) {
        for (name, process) in processes {
            for (port, number) in process.ports.sorted(by: { $0.key < $1.key }) {
                let path =
                    name == AppSpec.plainProcess && processes.count == 1 ? "ports.\(port)" : "processes.\(name).ports.\(port)"
                if let problem = KubernetesName.problem(withPort: port) {
                    throw RenderingError(.port, path, "the name \(problem)")
                }
                if [Self.httpPortName, Self.distributionPortName, Self.probePortName].contains(port) {
                    throw RenderingError(.port, path, "beamctl has a port of that name in every pod: give it another")
                }
                if isClustered, number == Self.distributionPort {
                    throw RenderingError(.port, path, "\(number) is the port of Erlang distribution in every pod")
                }
                if number == process.http?.port {
                    throw RenderingError(.port, path, "\(number) is the port of http, too")
                }
            }
            if isClustered, process.http?.port == Self.distributionPort {
                throw RenderingError(
                    .port, "http.port", "\(Self.distributionPort) is the port of Erlang distribution in every pod")
            }
        }
        let services = services.map(\.name)
        if let twice = services.first(where: { name in services.count { $0 == name } > 1 }) {
            throw RenderingError(.name, "processes", "two Services would be named \(twice): give a process another name")
        }
        let workloads = processes.map { names.workload($0.name) }
        if let twice = workloads.first(where: { name in workloads.count { $0 == name } > 1 }) {
            throw RenderingError(.name, "processes", "two processes would be named \(twice): give one of them another name")
        }
    }

    /// What the manifest asks for, and objects cannot say.
    fileprivate var warnings: [String] {
        var warnings: [String] = []
        if spec.config.renderer == .native {
            warnings.append("config.render: native does nothing here: the image's entrypoint fills in the configuration")
        }
        let serving = processes.compactMap(\.spec.http)
        if !spec.hosts.isEmpty {
            if serving.contains(where: { $0.maxBodyBytes != nil }) {
                warnings.append("http.max_body is the Ingress controller's: set it by kubernetes.ingress.annotations")
            }
            if serving.contains(where: \.forcesHTTPS) {
                warnings.append("http.force_https is the Ingress controller's: set it by kubernetes.ingress.annotations")
            }
        }
        for (name, process) in processes where process.identity == .stable && spec.rollout != RolloutSpec() {
            warnings.append("rollout does nothing for \(name): replicas with identity: stable are replaced one at a time")
        }
        return warnings
    }
}
