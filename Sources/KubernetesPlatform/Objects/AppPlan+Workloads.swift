import FleetModel
import JSONText

extension AppPlan {
    /// The Deployment of a process, or its StatefulSet where replicas keep their number.
    func workload(_ process: String, _ spec: ProcessSpec, _ template: PodTemplate) -> KubernetesObject {
        var body: [String: JSONValue?] = [
            // An autoscaler's number is not ours to set.
            "replicas": spec.autoscale == nil ? .integer(spec.replicas) : nil,
            "revisionHistoryLimit": .integer(Revision.kept),
            "selector": ["matchLabels": JSONValue(names.selector(process))],
            "template": template.replica(),
        ]
        let name = names.workload(process)
        guard spec.identity == .stable else {
            let rollout = self.spec.rollout
            body["strategy"] = [
                "type": "RollingUpdate",
                "rollingUpdate": [
                    "maxSurge": Self.amount(rollout.maxSurge), "maxUnavailable": Self.amount(rollout.maxUnavailable),
                ],
            ]
            return object("apps/v1", "Deployment", name, process: process, isRevision: true, ["spec": .some(body)])
        }
        body["serviceName"] = .string(names.peers)
        // Mnesia waits for its tables' other copies: one replica after another would wait for ever.
        body["podManagementPolicy"] = "Parallel"
        body["updateStrategy"] = ["type": "RollingUpdate"]
        let claims = spec.volumes.sorted { $0.key < $1.key }.map { claim($0.key, $0.value, process) }
        if !claims.isEmpty { body["volumeClaimTemplates"] = .array(claims) }
        return object("apps/v1", "StatefulSet", name, process: process, isRevision: true, ["spec": .some(body)])
    }

    /// Its labels never change: the templates of claims are immutable.
    private func claim(_ name: String, _ volume: VolumeSpec, _ process: String) -> JSONValue {
        [
            "metadata": ["name": .string(name), "labels": JSONValue(names.selector(process))],
            "spec": .some([
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": volume.storageClass.map(JSONValue.string),
                "resources": ["requests": ["storage": .string(KubernetesQuantity.bytes(volume.sizeBytes))]],
            ]),
        ]
    }

    private static func amount(_ amount: RolloutSpec.Amount) -> JSONValue {
        switch amount {
        case .count(let count): .integer(count)
        case .percent(let percent): "\(percent)%"
        }
    }

    /// What runs once before the replicas of a revision, named by its number, or else by all that it runs with.
    func releaseJob(_ configs: [KubernetesObject]) throws(RenderingError) -> KubernetesObject? {
        guard let words = spec.releaseCommand else { return nil }
        let serving =
            processes.first { $0.name == AppSpec.plainProcess && $0.spec.http != nil } ?? processes.first { $0.spec.http != nil }
        guard let (process, processSpec) = serving ?? processes.first else { return nil }
        let component = "release-command"
        let template = try PodTemplate(self, process, processSpec).job(words, labels: names.labels(component, ofRelease: true))
        let mark = request.revision.map { "\($0.number)" } ?? ContentHash.of(template)
        return object(
            "batch/v1", "Job", names.job(mark), process: component, isRevision: true,
            ["spec": ["backoffLimit": 0, "template": template]])
    }
}
