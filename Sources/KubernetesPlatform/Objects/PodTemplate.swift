import FleetModel
import JSONText

/// The pods of a process, or of what runs once: the restricted profile of Pod Security, and the environment that the entrypoint of
/// images reads.
struct PodTemplate {
    let plan: AppPlan
    let process: String
    let spec: ProcessSpec
    /// The ConfigMap with the plain variables; nil when there are none.
    let configMap: KubernetesObject?
    private let environment: ProcessEnvironment

    /// Where the image has what beamctl adds.
    private static let entrypoint = "/beamctl/entrypoint"
    /// The node's own files. The mounted folder is root's, so its own is one below.
    private static let state = "/run/beamctl"
    /// The temporary files, and the crash dump.
    private static let scratch = "/tmp"
    /// Room for the node's files: the release's configuration, filled in.
    private static let stateSize = "64Mi"
    /// `nogroup`, the group that images run as: files of Secrets and volumes are readable for it.
    private static let group = 65534
    /// Seconds beside draining and grace, for what comes between.
    private static let margin = 5

    init(_ plan: AppPlan, _ process: String, _ spec: ProcessSpec) throws(RenderingError) {
        self.plan = plan
        self.process = process
        self.spec = spec
        environment = ProcessEnvironment(
            plan.spec, process: process, settings: plan.request.settings, defaults: Self.defaults(plan, spec))
        if environment.plain.isEmpty {
            configMap = nil
        } else {
            let data = JSONValue(environment.plain)
            guard data.bytes.count < 1 << 20 else {
                throw RenderingError(.size, "env", "the variables of \(process) are longer than 1 MiB, which no ConfigMap holds")
            }
            configMap = plan.object(
                "v1", "ConfigMap", "\(plan.names.workload(process))-env-\(ContentHash.of(data))", process: process,
                ["data": data, "immutable": true])
        }
    }

    /// What the platform gives where the user does not.
    private static func defaults(_ plan: AppPlan, _ spec: ProcessSpec) -> [String: String] {
        var defaults: [String: String] = [:]
        if spec.http != nil {
            // What a runtime.exs that Phoenix generated reads.
            defaults["PHX_SERVER"] = "true"
            defaults["PHX_HOST"] = plan.publicHost
        }
        if let replaces = plan.spec.release.replacesVariables {
            defaults["REPLACE_OS_VARS"] = "\(replaces)"
            if !replaces { defaults["RELX_REPLACE_OS_VARS"] = "false" }
        }
        return defaults
    }

    /// The template of the process's pods.
    func replica() -> JSONValue {
        pod(
            labels: plan.names.podLabels(process),
            [
                "restartPolicy": nil,
                "terminationGracePeriodSeconds": .integer(gracePeriod),
                "topologySpreadConstraints": spread,
            ],
            [
                "args": spec.command.map(Self.words),
                "ports": ports,
                "startupProbe": probe("/startupz", period: 1, timeout: 3, failures: 600),
                "readinessProbe": probe("/readyz", period: 1, timeout: 5, failures: 3),
                "livenessProbe": probe("/livez", period: 10, timeout: 5, failures: 3),
                "lifecycle": lifecycle,
            ], isReplica: true)
    }

    /// The template of a pod that runs a command once.
    func job(_ words: [String], labels: [String: String]) -> JSONValue {
        pod(labels: labels, ["restartPolicy": "Never"], ["args": Self.words(words)], isReplica: false)
    }

    private static func words(_ words: [String]) -> JSONValue {
        .array(words.map { .string(ProcessEnvironment.escaped($0)) })
    }

    private func pod(
        labels: [String: String], _ ofPod: [String: JSONValue?], _ ofContainer: [String: JSONValue?], isReplica: Bool
    ) -> JSONValue {
        let kubernetes = plan.spec.kubernetes
        let account = kubernetes.serviceAccount ?? (kubernetes.rbac ? plan.names.app : nil)
        var pod = ofPod
        pod["automountServiceAccountToken"] = account == nil ? false : nil
        // Else every Service of the namespace becomes variables, such as SHOP_PORT.
        pod["enableServiceLinks"] = false
        pod["serviceAccountName"] = account.map(JSONValue.string)
        pod["securityContext"] = [
            "runAsNonRoot": true, "fsGroup": .integer(Self.group), "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": ["type": "RuntimeDefault"],
        ]
        let pullSecrets = plan.spec.image.pullSecrets
        pod["imagePullSecrets"] = pullSecrets.isEmpty ? nil : .array(pullSecrets.map { ["name": .string($0)] })
        pod["nodeSelector"] = .nonEmpty(kubernetes.nodeSelector)
        pod["tolerations"] = kubernetes.tolerations.isEmpty ? nil : .array(kubernetes.tolerations.map(Self.toleration))
        pod["containers"] = [container(ofContainer, isReplica: isReplica)]
        pod["volumes"] = .array(volumes)
        var annotations = plan.names.annotations()
        annotations["kubectl.kubernetes.io/default-container"] = plan.names.app
        return ["metadata": ["labels": JSONValue(labels), "annotations": JSONValue(annotations)], "spec": .some(pod)]
    }

    private func container(_ more: [String: JSONValue?], isReplica: Bool) -> JSONValue {
        var container = more
        container["name"] = .string(plan.names.app)
        container["image"] = .string(plan.request.image)
        container["env"] = .array(variables(isReplica: isReplica))
        let sources = variableSources
        container["envFrom"] = sources.isEmpty ? nil : .array(sources)
        container["resources"] = resources
        container["securityContext"] = [
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true,
            "capabilities": ["drop": ["ALL"]], "seccompProfile": ["type": "RuntimeDefault"],
        ]
        container["volumeMounts"] = .array(mounts(isReplica: isReplica))
        return .some(container)
    }

    private static func toleration(_ toleration: TolerationSpec) -> JSONValue {
        .some([
            "key": toleration.key.map(JSONValue.string), "operator": .string(toleration.comparison.rawValue),
            "value": toleration.value.map(JSONValue.string), "effect": toleration.effect.map { .string($0.rawValue) },
            "tolerationSeconds": toleration.seconds.map { .integer($0) },
        ])
    }
}

// MARK: - Variables

extension PodTemplate {
    /// Later ones win, and `env` over all of them.
    private var variableSources: [JSONValue] {
        (configMap.map { [["configMapRef": ["name": .string($0.name)]]] } ?? [])
            + plan.spec.secretsFrom.map { ["secretRef": ["name": .string($0)]] }
    }

    /// In this order: a value may be made of those before it.
    private func variables(isReplica: Bool) -> [JSONValue] {
        var variables: [JSONValue] = []
        func add(_ name: String, _ value: String) { variables.append(["name": .string(name), "value": .string(value)]) }
        if plan.isClustered { variables += addresses }
        add("BEAMCTL_DIR", Self.state + "/node")
        add("BEAMCTL_TMP", Self.scratch + "/beamctl")
        add("BEAMCTL_DISCOVERY", plan.spec.cluster.discovery.rawValue)
        if plan.isClustered {
            add("RELEASE_NODE", node)
            add("BEAMCTL_PEERS", plan.names.peersHost(in: plan.request.namespace))
            if usesDashedNames { add("BEAMCTL_NODE_NAME", ClusterSpec.NodeName.hostname.rawValue) }
            if usesIPv6 { add("BEAMCTL_IP_FAMILY", "ipv6") }
        }
        if let http = spec.http { add("PORT", "\(http.port)") }
        if isReplica {
            add("BEAMCTL_PROBE_PORT", "\(AppPlan.probePort(spec))")
            if let application = plan.request.release.application { add("BEAMCTL_APPLICATION", application) }
            if let health = spec.http?.health {
                add("BEAMCTL_HEALTH_PATH", ProcessEnvironment.escaped(health))
                add("BEAMCTL_HEALTH_HOST", plan.publicHost)
            }
        }
        if let secret = plan.secretName {
            variables += environment.secrets.map { name in
                ["name": .string(name), "valueFrom": ["secretKeyRef": ["name": .string(secret), "key": .string(name)]]]
            }
        }
        for (name, value) in environment.composed.sorted(by: { $0.key < $1.key }) { add(name, value) }
        return variables
    }

    private var addresses: [JSONValue] {
        var addresses = [field("POD_IP", usesIPv6 ? "status.podIPs" : "status.podIP")]
        if spec.identity == .stable { addresses.append(field("POD_NAME", "metadata.name")) }
        return addresses
    }

    private func field(_ name: String, _ path: String) -> JSONValue {
        ["name": .string(name), "valueFrom": ["fieldRef": ["apiVersion": "v1", "fieldPath": .string(path)]]]
    }

    private var usesIPv6: Bool { plan.spec.kubernetes.ipFamily == .ipv6 }

    /// Named by the host name that the headless Service gives an address, which the entrypoint knows how to write.
    private var usesDashedNames: Bool { plan.usesHostNames && spec.identity == .none }

    /// The node's name; the entrypoint adds the address to a name without one.
    private var node: String {
        let base = plan.spec.cluster.name ?? plan.request.release.name
        if spec.identity == .stable {
            return "\(base)@$(POD_NAME).\(plan.names.peersHost(in: plan.request.namespace))"
        }
        return plan.usesHostNames || usesIPv6 ? base : "\(base)@$(POD_IP)"
    }
}

// MARK: - Ports, probes and ends

extension PodTemplate {
    private var ports: JSONValue? {
        var ports: [(String, Int)] = []
        if let http = spec.http { ports.append((AppPlan.httpPortName, http.port)) }
        ports += spec.ports.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        if plan.isClustered { ports.append((AppPlan.distributionPortName, AppPlan.distributionPort)) }
        ports.append((AppPlan.probePortName, AppPlan.probePort(spec)))
        return .array(ports.map { ["name": .string($0.0), "containerPort": .integer($0.1), "protocol": "TCP"] })
    }

    private func probe(_ path: String, period: Int, timeout: Int, failures: Int) -> JSONValue {
        [
            "httpGet": ["path": .string(path), "port": .string(AppPlan.probePortName), "scheme": "HTTP"],
            "periodSeconds": .integer(period), "timeoutSeconds": .integer(timeout), "failureThreshold": .integer(failures),
        ]
    }

    /// A pod that is to end is taken out of Services while this runs, and gets SIGTERM after it.
    private var lifecycle: JSONValue? {
        let drain = plan.spec.shutdown.drainSeconds
        guard drain > 0, spec.http != nil else { return nil }
        return ["preStop": ["exec": ["command": [.string(Self.entrypoint), "drain", "\(drain)"]]]]
    }

    private var gracePeriod: Int {
        plan.spec.shutdown.graceSeconds + Self.margin + (spec.http == nil ? 0 : plan.spec.shutdown.drainSeconds)
    }

    private var spread: JSONValue {
        let selector: JSONValue = ["matchLabels": JSONValue(plan.names.selector(process))]
        return .array(
            ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map { key in
                [
                    "maxSkew": 1, "topologyKey": .string(key), "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": selector,
                ]
            })
    }

    private var resources: JSONValue? {
        guard let given = spec.resources else { return nil }
        let amounts = JSONValue.some([
            "cpu": given.cpuMillis.map { .string($0 % 1000 == 0 ? "\($0 / 1000)" : "\($0)m") },
            "memory": given.memoryBytes.map { .string(KubernetesQuantity.bytes($0)) },
        ])
        return ["limits": amounts, "requests": amounts]
    }
}

// MARK: - Volumes

extension PodTemplate {
    /// The node's files hold secrets and its cookie, so they are kept in memory. A crash dump may be larger than what is left of the
    /// container's memory, of which a folder in memory is a part, and temporary files may be: those lie on disk, where they outlive
    /// the container as they do there.
    private var volumes: [JSONValue] {
        var volumes: [JSONValue] = [
            ["name": "state", "emptyDir": ["medium": "Memory", "sizeLimit": .string(Self.stateSize)]],
            ["name": "scratch", "emptyDir": [:]],
        ]
        if let cookie = plan.cookieName {
            volumes.append([
                "name": "cookie",
                "secret": [
                    "secretName": .string(cookie), "defaultMode": 0o440,
                    "items": [["key": .string(AppPlan.cookieKey), "path": .string(AppPlan.cookieKey)]],
                ],
            ])
        }
        return volumes
    }

    private func mounts(isReplica: Bool) -> [JSONValue] {
        var mounts: [JSONValue] = [
            ["name": "state", "mountPath": .string(Self.state)], ["name": "scratch", "mountPath": .string(Self.scratch)],
        ]
        if plan.cookieName != nil { mounts.append(["name": "cookie", "mountPath": "/beamctl/secrets", "readOnly": true]) }
        // A claim belongs to one replica; what runs once has none.
        guard isReplica else { return mounts }
        return mounts
            + spec.volumes.sorted { $0.key < $1.key }.map { name, volume in
                ["name": .string(name), "mountPath": .string(volume.path)]
            }
    }
}

/// Quantities as Kubernetes writes them.
enum KubernetesQuantity {
    /// Bytes, in the largest unit that gives a whole number.
    static func bytes(_ count: Int) -> String {
        for (unit, shift) in [("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)] where count > 0 && count & (1 << shift - 1) == 0 {
            return "\(count >> shift)\(unit)"
        }
        return "\(count)"
    }
}
