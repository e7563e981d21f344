public import FleetModel
import FoundationEssentials
import JSONText

extension ClusterPlatform {
    /// Whether a configuration can be rendered, how it is tried in a pod of the release's image, and how its release command is run.
    public func preflight(_ request: PreflightRequest) async throws -> Preflight {
        try await translating {
            var preflight = Preflight(boots: [:], reads: nil, secretValues: [], directory: "")
            if request.release.image == nil { preflight.untried = "it runs in an image, which a deploy makes" }
            guard !request.onlyReads else { return preflight }
            let key = AppKey(namespace: request.namespace, app: request.spec.app)
            async let served = servedVersions()
            var (app, set) = try await explaining(key) {
                async let present = kept(key)
                async let settings = keptSettings(key)
                return try await (present, settings)
            }
            var settings = request.settings ?? set.settings
            try set.apply(request.change, of: key, keeping: app?.revisions ?? [], now: .present)
            if request.settings == nil { settings = set.settings }
            let values = try set.values(of: settings)
            preflight.secretValues = Array(values.values)
            let number = request.isOneOff == true ? (app?.deployment.revision ?? 1) : (app?.nextNumber ?? 1)
            let revision = Revision(
                number: number, release: request.release, spec: request.spec, settings: settings,
                origin: RevisionOrigin(user: ""), createdAt: .present)
            let deployment = Deployment(key: key, revision: number, scale: request.spec.processes.mapValues(\.replicas))
            let isTrial = request.boots == true || request.spec.releaseCommand == nil || request.release.image == nil
            // A cookie is made by what needs it, not by a look.
            let cookie = isTrial ? KeptCookie(cookie: "none", key: "none") : try await cookie(of: request.spec, in: key.namespace)
            let rendered = try WantedObjects.render(
                deployment, revision, secrets: values, cookie: cookie, served: try await served)
            if request.boots == true, request.spec.config.preflight, request.release.image != nil {
                let seconds = request.patience ?? Self.trialSeconds
                let orders = TrialOrders.make(
                    rendered.objects, key, mark: Self.mark(), within: seconds, reads: request.reads ?? true)
                for (process, order) in orders {
                    preflight.boots[process] = helper.call("trial", ["--limit", "\(seconds)"], input: order.text)
                }
                preflight.patience = seconds + Self.trialMargin
                preflight.isHeldApart = true
            }
            guard !isTrial, let job = rendered.objects.first(where: { $0.kind == "Job" }) else { return preflight }
            if request.isOneOff == true {
                try oneOff(rendered, job, key, &preflight)
            } else {
                // What it runs with, and nothing that the replicas that serve now would notice.
                let needed = rendered.objects.filter {
                    $0.isContent || ["ServiceAccount", "Role", "RoleBinding"].contains($0.kind)
                }
                let order = OnceOrder(namespace: key.namespace, needed: needed, object: job)
                preflight.releaseCommand = helper.call("job", [], input: order.text)
            }
            return preflight
        }
    }

    /// How long a trial may take where nobody says: a node may have to have its image first.
    private static let trialSeconds = 120
    /// How much later whoever runs it gives up, who would not know why it took so long.
    private static let trialMargin = 15

    /// The Job of a trial of a revision that is deployed, with other words.
    func trialJob(
        of revision: Revision, _ deployment: Deployment, _ key: AppKey, words: [String], variables: [(String, String)]
    ) async throws -> KubernetesObject {
        let names = ProcessEnvironment.secrets(revision.spec, revision.settings ?? Settings())
        let rendered = try WantedObjects.render(
            deployment, revision, secrets: Dictionary(names.map { ($0, "") }) { first, _ in first },
            cookie: KeptCookie(cookie: "none", key: "none"), served: try await servedVersions())
        guard let workload = rendered.objects.first(where: \.isWorkload) else {
            throw PlatformError(.failed, "'\(key.app)' has no process")
        }
        let template = OnceTemplate(
            words: words, variables: variables.map { ($0.0, $0.1) },
            ownAccounts: Set(rendered.objects.filter { $0.kind == "ServiceAccount" }.map(\.name))
        ).make(of: workload, app: key.app)
        return TrialOrders.job(template, key, name: "\(workload.name)-config-\(Self.mark())", within: Self.trialSeconds)
    }

    /// A pod that does nothing, for the command that is run in it with its caller's terminal.
    private func oneOff(
        _ rendered: AppObjects, _ job: KubernetesObject, _ key: AppKey, _ preflight: inout Preflight
    ) throws {
        let words =
            job.json.at("spec", "template", "spec", "containers")?.elements.first?["args"]?.elements.compactMap(\.text) ?? []
        let directory = FileManager.default.temporaryDirectory.appending(path: "beamctl-\(RequestID.fresh())").path
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        preflight.directory = directory
        // What it runs with is there: it is that of the wanted revision.
        let order = OnceOrder(
            namespace: key.namespace, needed: rendered.objects.filter { $0.isContent && $0.kind == "ConfigMap" },
            object: WaitingPod.object(of: job, app: key.app, mark: RequestID.fresh().prefix(8).lowercased()))
        let file = directory + "/order"
        try Data(order.text.utf8).write(to: URL(fileURLWithPath: file))
        // In an object each `$` of a word is written twice; an exec takes words as they are.
        preflight.releaseCommand = helper.call(
            "pod", ["--order", file, "--"] + words.map { $0.replacing("$$", with: "$") })
    }

    /// Removes what a preflight has written.
    public func discard(_ preflight: Preflight) async {
        guard !preflight.directory.isEmpty else { return }
        try? FileManager.default.removeItem(atPath: preflight.directory)
    }

    /// How to run a command of the release's own script within a running replica.
    public func oneOff(_ key: AppKey, _ command: OneOff) async throws -> ProgramCall {
        let status = try await status(of: key)
        let chosen = status.replicas.first { replica in
            guard let wanted = command.replica else { return replica.phase == .ready }
            return replica.name == wanted || replica.node == wanted
        }
        guard let chosen else {
            throw PlatformError(
                .replicaNotFound,
                command.replica.map { "'\(key.app)' has no replica '\($0)'" } ?? "no replica of '\(key.app)' is ready",
                hint: "beamctl status \(key.app)")
        }
        guard chosen.phase == .ready || chosen.phase == .unready || chosen.phase == .starting else {
            throw PlatformError(
                .replicaNotFound, "\(chosen.name) is \(chosen.phase.rawValue)\(chosen.reason.map { ": \($0)" } ?? "")",
                hint: "beamctl status \(key.app)")
        }
        let place = ["--namespace", key.namespace, "--pod", chosen.name, "--container", key.app]
        return switch command.kind {
        case .rpc: helper.call("pod-exec", place + ["--", WaitingPod.entrypoint, "rpc", command.expression ?? ""])
        case .remote: helper.call("pod-exec", place + ["--terminal", "--", WaitingPod.entrypoint, "remote"])
        }
    }

    /// Refused: the nodes have addresses that only pods reach. ``forward(to:in:_:)`` makes others, which last as long as somebody holds
    /// them.
    public func attachment(of key: AppKey) async throws -> Attachment {
        throw PlatformError(
            .invalidRequest,
            "the nodes of '\(key.app)' have addresses that only pods of the cluster reach, and ways to them last no longer than a command",
            hint: "beamctl attach \(key.app)")
    }
}

/// A pod that is there for commands.
enum WaitingPod {
    static let entrypoint = "/beamctl/entrypoint"
    /// The longest that such a pod lives, whatever becomes of who made it: a day.
    private static let longest = 86_400

    static func object(of job: KubernetesObject, app: String, mark: String) -> KubernetesObject {
        var spec = job.json.at("spec", "template", "spec") ?? [:]
        if case .object(var members) = spec {
            members["activeDeadlineSeconds"] = .integer(longest)
            members["terminationGracePeriodSeconds"] = 1
            members["containers"] = .array((members["containers"]?.elements ?? []).map(waiting))
            spec = .object(members)
        }
        let labels = job.json.at("spec", "template", "metadata", "labels")?.texts ?? [:]
        return KubernetesObject(
            "v1", "Pod", name: "\(app)-run-\(mark)", namespace: job.namespace ?? "", labels: labels, ["spec": spec])
    }

    private static func waiting(_ container: JSONValue) -> JSONValue {
        guard case .object(var members) = container else { return container }
        members["command"] = ["/bin/sh", "-c", .string("trap 'exit 0' TERM INT; sleep \(longest) & wait")]
        members["args"] = nil
        return .object(members)
    }
}
