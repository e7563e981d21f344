import FleetModel
import Foundation
import JSONText
import Testing

@testable import KubernetesPlatform

/// Objects as an API server gave them.
enum Recorded {
    static func objects(_ file: String, _ kind: String) throws -> [KubernetesObject] {
        let url = try #require(Bundle.module.url(forResource: file, withExtension: "json", subdirectory: "Recorded"))
        let value = try JSONReader.read([UInt8](Data(contentsOf: url)))
        return (value[kind]?.elements ?? []).map { KubernetesObject(json: $0) }
    }

    /// The state of an app whose processes are those of the recording, each with one replica.
    static func state(_ file: String, revision number: Int = 4) throws -> ClusterState {
        let pods = try objects(file, "pods")
        let names = Set(pods.compactMap { $0.labels[ObjectNames.componentLabel] }).union(["web"])
        var revision = KeptExamples.revision(number)
        revision.spec.processes = Dictionary(names.map { ($0, ProcessSpec(http: $0 == "good" ? HTTPSpec() : nil)) }) { first, _ in
            first
        }
        return ClusterState(
            deployment: Deployment(key: KeptExamples.key, revision: number, scale: names.reduce(into: [:]) { $0[$1] = 1 }),
            revisions: [revision], pods: pods, workloads: try objects(file, "deployments"),
            replicaSets: try objects(file, "replicasets"), events: try objects(file, "events"))
    }
}

@Suite("Status from what an API server says")
struct StatusTests {
    private let pods = "pods-1.20"

    private func replicas(_ process: String, revision: Int = 4) throws -> [Replica] {
        try #require(try Recorded.state(pods, revision: revision).status()).replicas.filter { $0.process == process }
    }

    private func replica(_ process: String) throws -> Replica { try #require(try replicas(process).first) }

    @Test("a pod that is ready is a ready replica of the revision that its ReplicaSet says, at its own address")
    func ready() throws {
        let replica = try #require(try replicas("good").first { $0.phase == .ready })
        #expect(replica.revision == 4)
        #expect(replica.slot.address.hasPrefix("10.244."))
        #expect(replica.slot.port == HTTPSpec.defaultPort)
        #expect(replica.node == "shop@\(replica.slot.address)")
        #expect(replica.readyAt != nil && replica.startedAt != nil && replica.reason == nil)
    }

    @Test("a pod that is being deleted finishes its requests, and is wanted no more")
    func leaving() throws {
        let leaving = try replicas("good").filter { $0.phase.isLeaving }
        #expect(leaving.map(\.phase) == [.draining])
    }

    @Test("a rollout does not wait for pods that are being deleted; what is stopped does")
    func ending() throws {
        var state = try Recorded.state(pods)
        let going = try #require(state.status()).replicas.count { $0.phase.isLeaving }
        let all = try #require(state.status()).replicas.count
        #expect(going > 0 && state.status()?.rollout.live == all - going)
        state.deployment.intent = .stop
        #expect(state.status()?.rollout.live == all)
    }

    @Test("an autoscaler's number is the number that is wanted")
    func autoscaled() throws {
        var state = try Recorded.state(pods)
        state.revisions[0].spec.processes["web"]?.autoscale = AutoscaleSpec(fewest: 1, most: 9, cpuPercent: 70)
        state.workloads = [
            KubernetesObject("apps/v1", "Deployment", name: "shop", namespace: "shop", labels: [:], ["spec": ["replicas": 7]])
        ]
        #expect(state.status()?.deployment.wanted("web") == 7)
        state.workloads = []
        #expect(state.status()?.deployment.wanted("web") == 1)
    }

    @Test("a pod whose probe fails has not been ready, and says what the kubelet saw")
    func probe() throws {
        let replica = try replica("web")
        #expect(replica.phase == .starting)
        #expect(replica.reason == "Readiness probe failed: cat: can't open '/tmp/no': No such file or directory")
    }

    @Test("a container that ends again and again is in back-off, with how it ended")
    func crashLoop() throws {
        let replica = try replica("crash")
        #expect(replica.phase == .backoff)
        #expect(replica.reason == "exit code 3; CrashLoopBackOff")
        #expect(replica.lastExit?.code == 3 && replica.restarts >= 1)
    }

    @Test("an exit code of a shell's is a signal")
    func signal() throws {
        let replica = try replica("oom")
        #expect(replica.phase == .backoff)
        #expect(replica.lastExit?.signal == 9)
    }

    @Test("a container that was killed for its memory says so")
    func outOfMemory() throws {
        var pod = try #require(try Recorded.objects(pods, "pods").first { $0.labels[ObjectNames.componentLabel] == "oom" })
        var statuses = pod.json.at("status", "containerStatuses")?.elements ?? []
        statuses[0].set(["state", "terminated", "reason"], "OOMKilled")
        pod.json.set(["status", "containerStatuses"], .array(statuses))
        let replica = PodReading(pod, app: "shop").replica(
            key: KeptExamples.key, revision: 1, port: 4000, node: nil, hasRequests: false)
        #expect(replica.reason == "killed: out of memory (OOMKilled)")
    }

    @Test("an image that cannot be had is told with the reason of its registry")
    func image() throws {
        let replica = try replica("pull")
        #expect(replica.phase == .backoff)
        #expect(replica.reason?.hasPrefix(#"ImagePullBackOff: Failed to pull image "registry.invalid/none:1""#) == true)
    }

    @Test("of a long chain of errors the beginning and the end are told, in one line")
    func long() {
        let chain = "failed to pull and unpack image:\n" + String(repeating: "failed to do request: ", count: 40) + "no such host"
        let told = PodReading.short(chain)
        #expect(told.count == 301 && told.hasPrefix("failed to pull and unpack image: failed") && told.hasSuffix("no such host"))
        #expect(PodReading.short("one\ntwo") == "one two")
    }

    @Test("a pod that no machine takes is told with the scheduler's reason")
    func unschedulable() throws {
        let replica = try replica("far")
        #expect(replica.phase == .pending)
        #expect(replica.reason == "Unschedulable: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity.")
        #expect(replica.slot.address == "-" && replica.node == nil)
    }

    @Test("a pod whose sandbox or volumes cannot be made is told with the kubelet's reason, once it runs no more")
    func setup() throws {
        var state = try Recorded.state(pods)
        let index = try #require(state.pods.firstIndex { $0.labels[ObjectNames.componentLabel] == "crash" })
        func warning(_ reason: String, _ message: String) -> KubernetesObject {
            KubernetesObject(
                "v1", "Event", name: "e", namespace: "shop", labels: [:],
                [
                    "involvedObject": ["uid": .string(state.pods[index].uid)], "reason": .string(reason),
                    "message": .string(message),
                ])
        }
        state.events += [
            warning("FailedMount", #"secret "x" not found"#), warning("FailedScheduling", "0/1 nodes are available"),
            warning("BackOff", "Back-off restarting"),
        ]
        #expect(state.status()?.replicas.first { $0.process == "crash" }?.reason == "exit code 3; CrashLoopBackOff")
        let waiting: JSONValue = [["name": "shop", "state": ["waiting": ["reason": "ContainerCreating"]]]]
        state.pods[index].json.set(["status", "containerStatuses"], waiting)
        #expect(state.status()?.replicas.first { $0.process == "crash" }?.reason == #"FailedMount: secret "x" not found"#)
        state.events = []
        #expect(state.status()?.replicas.first { $0.process == "crash" }?.reason == "ContainerCreating")
    }

    @Test("pods of an older revision are not those that are wanted")
    func older() throws {
        let status = try #require(try Recorded.state(pods, revision: 5).status())
        #expect(status.rollout.updated == 0 && status.rollout.ready == 1)
        #expect(!status.rollout.isComplete)
    }

    @Test("a quota that keeps pods from being made is the app's problem")
    func quota() throws {
        let status = try #require(try Recorded.state("quota-1.20").status())
        #expect(status.replicas.isEmpty)
        #expect(status.problem?.contains("exceeded quota: small") == true)
    }

    @Test("a problem of what was wanted before is none")
    func oldProblem() throws {
        var state = try Recorded.state("quota-1.20")
        state.workloads[0].setMetadata("generation", 2)
        #expect(state.status()?.problem == nil)
    }

    @Test("an app is reached at its hosts or, without any, within the cluster")
    func urls() {
        var spec = KeptExamples.revision(1).spec
        #expect(ClusterState.urls(spec, KeptExamples.key) == ["http://shop.shop.svc.cluster.local:4000"])
        spec.hosts = ["shop.example.com"]
        #expect(ClusterState.urls(spec, KeptExamples.key) == ["http://shop.example.com"])
        spec.kubernetes.ingress.tlsSecret = "shop-tls"
        #expect(ClusterState.urls(spec, KeptExamples.key) == ["https://shop.example.com"])
        spec.processes["web"]?.http = nil
        #expect(ClusterState.urls(spec, KeptExamples.key) == nil)
    }

    @Test("nodes are named as the pods name them")
    func nodes() {
        var spec = KeptExamples.revision(1).spec
        func node() -> String? {
            NodeNaming(spec, release: "my_shop", namespace: "prod").node(pod: "shop-0", address: "10.1.2.3", process: "web")
        }
        #expect(node() == "my_shop@10.1.2.3")
        spec.cluster.nodeName = .hostname
        #expect(node() == "my_shop@10-1-2-3.shop-peers.prod.svc.cluster.local")
        spec.processes["web"]?.identity = .stable
        #expect(node() == "my_shop@shop-0.shop-peers.prod.svc.cluster.local")
        spec.cluster.name = "all"
        #expect(node() == "all@shop-0.all-peers.prod.svc.cluster.local")
        spec.cluster.discovery = .none
        #expect(node() == nil)
    }
}
