import BeamRelease
import FleetModel
import JSONText

/// The Jobs by which a configuration is tried: pure.
enum TrialOrders {
    /// How long a Job may be there, whatever becomes of who made it, in seconds beside the time that it has.
    private static let margin = 30

    /// An order for each process whose pods get an environment of their own, by process.
    ///
    /// - Parameters:
    ///   - objects: What the revision would be applied as.
    ///   - mark: What no other trial's objects are named by.
    ///   - seconds: How long it may take.
    ///   - reads: Whether what the release reads is wanted although it boots.
    static func make(
        _ objects: [KubernetesObject], _ key: AppKey, mark: String, within seconds: Int, reads: Bool = true
    ) -> [String: OnceOrder] {
        var orders: [String: OnceOrder] = [:]
        var seen: Set<JSONValue> = []
        for workload in objects where workload.isWorkload {
            let process = workload.labels[ObjectNames.componentLabel] ?? ""
            let container = workload.json.at("spec", "template", "spec", "containers")?.elements
                .first { $0["name"]?.text == key.app }
            let environment: JSONValue = .array([
                container?["env"].map { .array($0.elements.filter { !isOfProbes($0) }) } ?? [], container?["envFrom"] ?? [],
                container?["image"] ?? [],
            ])
            guard seen.insert(environment).inserted else { continue }
            let template = OnceTemplate(
                words: ImageTrial.words,
                variables: ImageTrial.variables(names: names(container, objects), reads: reads).sorted { $0.key < $1.key }
                    .map { ($0.key, $0.value) },
                ownAccounts: Set(objects.filter { $0.kind == "ServiceAccount" }.map(\.name))
            ).make(of: workload, app: key.app)
            // Two processes run with the same cookie: each trial has a copy of its own, to be removed with it.
            orders[process] = order(
                template, objects.filter(\.isContent), key, name: "\(workload.name)-config-\(mark)",
                mark: "\(mark)-\(orders.count + 1)", within: seconds)
        }
        return orders
    }

    /// A Job of a template, as the app's own.
    static func job(_ template: JSONValue, _ key: AppKey, name: String, within seconds: Int) -> KubernetesObject {
        KubernetesObject(
            "batch/v1", "Job", name: name, namespace: key.namespace, labels: StateNames.labels(key.app, .trial),
            [
                "spec": [
                    "backoffLimit": 0, "activeDeadlineSeconds": .integer(seconds + margin), "ttlSecondsAfterFinished": 60,
                    "template": template,
                ]
            ])
    }

    private static func isOfProbes(_ variable: JSONValue) -> Bool {
        ["BEAMCTL_PROBE_PORT", "BEAMCTL_HEALTH_PATH", "BEAMCTL_HEALTH_HOST"].contains(variable["name"]?.text)
    }

    /// The names of the variables that the pods get, as far as their objects say.
    private static func names(_ container: JSONValue?, _ objects: [KubernetesObject]) -> [String] {
        let maps = (container?["envFrom"]?.elements ?? []).compactMap { $0.at("configMapRef", "name")?.text }
        let plain = objects.filter { $0.kind == "ConfigMap" && maps.contains($0.name) }.flatMap {
            $0.json["data"]?.texts?.keys.sorted() ?? []
        }
        return plain + (container?["env"]?.elements ?? []).compactMap { $0["name"]?.text }
    }

    /// What it runs with has names of its own: what is tried may never be deployed, and what is deployed meanwhile is not the trial's to
    /// remove.
    private static func order(
        _ template: JSONValue, _ content: [KubernetesObject], _ key: AppKey, name: String, mark: String, within seconds: Int
    ) -> OnceOrder {
        let used = content.filter { template.mentions($0.name) }
        let needed = used.map { object in
            KubernetesObject(
                "v1", object.kind, name: "\(object.name)-\(mark)", namespace: key.namespace,
                labels: StateNames.labels(key.app, .trial),
                ["data": object.json["data"], "immutable": true, "type": object.json["type"]])
        }
        let names = Dictionary(zip(used, needed).map { ($0.name, $1.name) }) { first, _ in first }
        return OnceOrder(
            namespace: key.namespace, needed: needed,
            object: job(template.renaming(names), key, name: name, within: seconds))
    }
}

extension JSONValue {
    /// Keys under which the template of a pod names ConfigMaps and Secrets.
    private static let naming: Set = ["name", "secretName"]

    /// Whether an object of this name is referred to.
    fileprivate func mentions(_ name: String) -> Bool {
        switch self {
        case .object(let members):
            members.contains { key, value in Self.naming.contains(key) && value.text == name || value.mentions(name) }
        case .array(let elements): elements.contains { $0.mentions(name) }
        default: false
        }
    }

    /// The same with other objects in their places.
    fileprivate func renaming(_ names: [String: String]) -> JSONValue {
        switch self {
        case .object(let members):
            .object(
                Dictionary(
                    uniqueKeysWithValues: members.map { key, value in
                        if Self.naming.contains(key), let text = value.text, let other = names[text] {
                            return (key, .string(other))
                        }
                        return (key, value.renaming(names))
                    }))
        case .array(let elements): .array(elements.map { $0.renaming(names) })
        default: self
        }
    }
}
