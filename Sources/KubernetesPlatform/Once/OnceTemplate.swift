import FleetModel
import JSONText

/// The template of a process's pods, patches and all, as that of a pod which runs something else, once: in the same environment, with the
/// same volumes, and no Service's.
struct OnceTemplate {
    /// The words for the image's entrypoint.
    var words: [String]
    /// Variables beside those of the process.
    var variables: [(name: String, value: String)] = []
    /// ServiceAccounts that are only rendered, and may not be there.
    var ownAccounts: Set<String> = []

    /// Variables by which a replica answers probes: nobody asks this one.
    private static let ofProbes: Set = [
        "BEAMCTL_PROBE_PORT", "BEAMCTL_APPLICATION", "BEAMCTL_HEALTH_PATH", "BEAMCTL_HEALTH_HOST",
    ]
    /// Labels by which Services and workloads find their pods.
    private static let selecting = [ObjectNames.httpLabel, ObjectNames.clusterLabel]

    /// - Parameter app: The name of the release's container; others, which patches may add, would not end.
    func make(of workload: KubernetesObject, app: String) -> JSONValue {
        var template = workload.json.at("spec", "template") ?? [:]
        var labels = template.at("metadata", "labels")?.texts ?? [:]
        for label in Self.selecting { labels[label] = nil }
        labels[ObjectNames.componentLabel] = StateNames.trialComponent
        template.set(["metadata", "labels"], JSONValue(labels))
        guard case .object(var pod)? = template["spec"] else { return template }
        pod["restartPolicy"] = "Never"
        // It has nothing to finish, and whoever waits for its end has seen it.
        pod["terminationGracePeriodSeconds"] = 0
        pod["topologySpreadConstraints"] = nil
        if let account = pod["serviceAccountName"]?.text, ownAccounts.contains(account) {
            pod["serviceAccountName"] = nil
            pod["automountServiceAccountToken"] = false
        }
        let containers = pod["containers"]?.elements ?? []
        let own = containers.first { $0["name"]?.text == app } ?? containers.first
        pod["containers"] = .array(own.map { [container($0)] } ?? [])
        // What a replica keeps is the replica's.
        let claims = (workload.json.at("spec", "volumeClaimTemplates")?.elements ?? []).compactMap {
            $0.at("metadata", "name")?.text
        }
        pod["volumes"] = .array(
            (pod["volumes"]?.elements ?? []) + claims.map { ["name": .string($0), "emptyDir": [:]] })
        template.set(["spec"], .object(pod))
        return template
    }

    private func container(_ container: JSONValue) -> JSONValue {
        guard case .object(var members) = container else { return container }
        for key in ["ports", "startupProbe", "readinessProbe", "livenessProbe", "lifecycle"] { members[key] = nil }
        members["args"] = .array(words.map { .string(ProcessEnvironment.escaped($0)) })
        let names = Self.ofProbes.union(variables.map(\.name))
        let kept = (members["env"]?.elements ?? []).filter { !names.contains($0["name"]?.text ?? "") }
        members["env"] = .array(
            kept + variables.map { ["name": .string($0.name), "value": .string(ProcessEnvironment.escaped($0.value))] })
        return .object(members)
    }
}
