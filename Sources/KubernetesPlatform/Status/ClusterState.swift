import FleetModel
import JSONText

/// What an API server says of one app, as objects: what an app's status is put together from.
struct ClusterState {
    /// What is wanted.
    var deployment: Deployment
    /// The revisions that are kept.
    var revisions: [Revision]
    var pods: [KubernetesObject] = []
    /// The Deployments and StatefulSets.
    var workloads: [KubernetesObject] = []
    var replicaSets: [KubernetesObject] = []
    var controllerRevisions: [KubernetesObject] = []
    /// Events of the pods.
    var events: [KubernetesObject] = []

    /// The app as it is; nil when the wanted revision is not among those that are kept.
    func status(mesh: MeshReport? = nil) -> AppStatus? {
        guard let revision = revisions.first(where: { $0.number == deployment.revision }) else { return nil }
        let replicas = replicas(wanted: revision).sorted { ($0.createdAt, $0.name) < ($1.createdAt, $1.name) }
        let wanted = scaled(revision.spec)
        var status = AppStatus(deployment: wanted, revision: revision, replicas: replicas, mesh: mesh)
        // As its own controllers count: what ends is no longer of the rollout, and the end of a pod's object may take long after that
        // of the pod. What is to stop is gone when nothing is left.
        if status.rollout.wanted > 0 { status.rollout.live = replicas.count { !$0.phase.isLeaving } }
        status.problem = problem
        status.urls = Self.urls(revision.spec, deployment.key)
        return status
    }

    /// What is wanted, with the number that an autoscaler has come to.
    private func scaled(_ spec: AppSpec) -> Deployment {
        var deployment = deployment
        guard deployment.intent == .run else { return deployment }
        let names = ObjectNames(spec)
        for (process, processSpec) in spec.processes where processSpec.autoscale != nil {
            let workload = workloads.first { $0.isWorkload && $0.name == names.workload(process) }
            guard let count = workload?.json.at("spec", "replicas")?.integer else { continue }
            deployment.scale[process] = count
        }
        return deployment
    }

    /// Where the app is reached: at its hosts or, without any, within the cluster.
    static func urls(_ spec: AppSpec, _ key: AppKey) -> [String]? {
        let serving = spec.processes.sorted { $0.key < $1.key }.compactMap { name, process in process.http.map { (name, $0) } }
        guard let main = serving.first(where: { $0.0 == AppSpec.plainProcess }) ?? serving.first else { return nil }
        guard spec.hosts.isEmpty else {
            let scheme = spec.kubernetes.ingress.tlsSecret == nil ? "http" : "https"
            return spec.hosts.map { "\(scheme)://\($0)" }
        }
        return ["http://\(key.app).\(key.namespace).svc.\(spec.kubernetes.clusterDomain):\(main.1.port)"]
    }

    /// Why pods cannot even be made, where a controller says so of what is wanted now.
    private var problem: String? {
        for workload in workloads where workload.isObserved {
            if let failure = workload.condition("ReplicaFailure"), failure["status"]?.text == "True" {
                return failure["message"]?.text.map(PodReading.short) ?? failure["reason"]?.text
            }
        }
        return statefulProblem
    }

    /// StatefulSets have no condition for it, but their controller tells it as an event.
    private var statefulProblem: String? {
        let stateful = workloads.filter { workload in
            workload.kind == "StatefulSet"
                && (workload.json.at("status", "replicas")?.integer ?? 0) < (workload.json.at("spec", "replicas")?.integer ?? 1)
        }.map(\.uid)
        return events.last { event in
            event.json["reason"]?.text == "FailedCreate" && stateful.contains(event.json.at("involvedObject", "uid")?.text ?? "")
        }?.json["message"]?.text.map(PodReading.short)
    }

    private func replicas(wanted: Revision) -> [Replica] {
        let readings = pods.map { PodReading($0, app: deployment.key.app) }
        // A pod that ended for good is only told of where no other has taken its place.
        return readings.filter { $0.object.isReplica && !$0.hasEnded }.map { pod in
            let number = revisionNumber(of: pod)
            let revision = revisions.first { $0.number == number } ?? wanted
            let naming = NodeNaming(
                revision.spec, release: revision.release.description.name, namespace: deployment.key.namespace)
            let http = revision.spec.processes[pod.process]?.http
            return pod.replica(
                key: deployment.key, revision: number, port: http?.port ?? AppPlan.distributionPort,
                node: naming.node(pod: pod.object.name, address: pod.address, process: pod.process), hasRequests: http != nil,
                warnings: PodWarnings(of: pod.object.uid, among: events))
        }
    }

    /// The revision that a pod's template is of: the controllers copy their workload's annotations to what they make pods from.
    private func revisionNumber(of pod: PodReading) -> Int {
        let owners = Set(pod.object.owners)
        if let set = replicaSets.first(where: { owners.contains($0.uid) }) { return Self.revision(of: set) }
        guard let stateful = workloads.first(where: { owners.contains($0.uid) }) else { return 0 }
        let hash = pod.object.labels["controller-revision-hash"]
        if let hash, stateful.isObserved, stateful.json.at("status", "updateRevision")?.text == hash {
            return Self.revision(of: stateful)
        }
        return controllerRevisions.first { $0.name == hash }.map(Self.revision) ?? 0
    }

    private static func revision(of object: KubernetesObject) -> Int {
        object.annotations[ObjectNames.revisionAnnotation].flatMap { Int($0) } ?? 0
    }
}
