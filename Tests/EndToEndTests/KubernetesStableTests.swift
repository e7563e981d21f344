import FleetModel
import Foundation
import TestSupport
import Testing

@Suite(
    "On a real Kubernetes cluster: identities, processes and clusters", .serialized,
    .enabled(if: KubernetesTestbed.isThere, KubernetesTestbed.reason))
struct KubernetesStableTests {
    private static let stable = """
        identity: stable
        volumes: {data: {path: /data, size: 1Mi, storage_class: by-hand}}
        shutdown: {drain: 0s}
        kubernetes:
          patches:
            - kind: StatefulSet
              spec: {template: {spec: {initContainers: [{name: opens, image: "k8s.local/busybox:1", command: [chmod, "777", /data], securityContext: {runAsUser: 0, runAsNonRoot: false}, volumeMounts: [{name: data, mountPath: /data}]}]}}}
        """

    @Test("a stable identity keeps the node's name and what is on its volume when its pod is replaced; a patch holds")
    func stable() async throws {
        // The patch opens the volume as root.
        try await KubernetesApp.use(Self.stable, profile: "privileged") { app in
            try await volumes(of: app)
            try await app.deploy()
            let names = try await app.nodes().nodes.map(\.node)
            let expected = (0...1).map { "hello@hello-\($0).hello-peers.\(app.namespace).svc.cluster.local" }
            #expect(Set(names) == Set(expected), "\(names)")
            let sees = #"io:format("~p~n", [[rpc:call(N, erlang, node, []) || N <- lists:sort(nodes(hidden))]]), halt()."#
            let joined = try await app.beamctl("attach", "--", "erl", "-noshell", "-eval", sees)
            let printed = "['" + expected.joined(separator: "','") + "']"
            #expect(joined.output.replacing("\n", with: "").replacing(" ", with: "") == printed, "\(joined)")
            let opened = #"{:ok, t} = :dets.open_file(:kept, file: ~c"/data/kept.dets")"#
            let written = try await app.beamctl(
                "rpc", "--replica", "hello-0", "\(opened); :dets.insert(t, {:from, node()}); :dets.close(t)")
            try #require(written.code == 0, "\(written)")
            let uid = try await app.kubectl("get", "pod", "hello-0", "-o", "jsonpath={.metadata.uid}")
            let restarted = try await app.beamctl("restart")
            #expect(restarted.code == 0 && restarted.errors.contains("2/2 nodes meshed"), "\(restarted)")
            #expect(try await app.kubectl("get", "pod", "hello-0", "-o", "jsonpath={.metadata.uid}") != uid)
            let read = try await app.beamctl(
                "rpc", "--replica", "hello-0", "\(opened); IO.inspect({:dets.lookup(t, :from), node()})")
            #expect(read.output.split(separator: expected[0]).count == 3, "\(read)")
            let destroyed = try await app.beamctl("destroy", "--yes")
            #expect(destroyed.code == 0, "\(destroyed)")
            #expect(try await app.kubectl("get", "persistentvolumeclaims", "-o", "name").split(separator: "\n").count == 2)
            for index in 0...1 { try await app.kubectl("delete", "pv", "\(app.namespace)-\(index)", "--wait=false") }
        }
    }

    /// Volumes on the node's disk, for the namespace's claims alone.
    private func volumes(of app: KubernetesApp) async throws {
        for index in 0...1 {
            try await app.kubectl(
                "apply", "-f", "-",
                input: """
                    apiVersion: v1
                    kind: PersistentVolume
                    metadata: {name: \(app.namespace)-\(index)}
                    spec:
                      capacity: {storage: 1Mi}
                      accessModes: [ReadWriteOnce]
                      storageClassName: by-hand
                      persistentVolumeReclaimPolicy: Retain
                      claimRef: {namespace: \(app.namespace), name: data-hello-\(index)}
                      hostPath: {path: \(app.machine.home)/volume-\(index), type: DirectoryOrCreate}
                    """)
        }
    }

    @Test("web and worker of one app and another app with its cluster's name are one mesh; an app without it is none of it")
    func clusters() async throws {
        let manifest = """
            processes:
              web: {replicas: 1, http: {health: /health}}
              worker: {replicas: 1}
            cluster: {name: mall}
            secrets_from: [outside]
            shutdown: {drain: 0s}
            """
        try await KubernetesApp.use { app in
            func write(_ name: String, _ text: String) throws -> String {
                let whole = "app: \(name)\non: kubernetes\nnamespace: \(app.namespace)\n" + text
                try whole.write(toFile: app.folder + "/beamctl.yml", atomically: true, encoding: .utf8)
                return name
            }
            try await app.kubectl("create", "secret", "generic", "outside", "--from-literal=FROM_OUTSIDE=seen")
            _ = try write("shop", manifest)
            try await app.deploy()
            let worker = try await app.status().replicas.first { $0.process == "worker" }
            let seen = try await app.beamctl(
                "rpc", "--replica", try #require(worker?.name), #"IO.puts(System.get_env("FROM_OUTSIDE"))"#)
            #expect(seen.output == "seen\n", "\(seen)")
            let another = "replicas: 1\nhttp: {health: /health}\nshutdown: {drain: 0s}\n"
            _ = try write("alone", another)
            try await app.deploy()
            _ = try write("billing", another + "cluster: {name: mall}\n")
            try await app.deploy()
            try await app.machine.until("three nodes are one mesh") {
                let nodes = try await app.nodes()
                return nodes.mesh.full && nodes.mesh.partitions.joined().count == 3
            }
            let alone = try await app.machine.beamctl(
                ["nodes", "alone", "-n", app.namespace, "--on", "kubernetes"], within: .seconds(30))
            #expect(alone.output.contains("1 of 1 nodes agree"), "\(alone)")
        }
    }

    @Test("the number of an autoscaled process is the autoscaler's: no deploy changes it, and each waits for as many")
    func autoscaler() async throws {
        let scaled = "autoscale: {min: 1, max: 3, cpu: 70}\nresources: {cpu: 200m}\nshutdown: {drain: 0s}"
        try await KubernetesApp.use(replicas: 2, "shutdown: {drain: 0s}") { app in
            try await app.deploy()
            let manifest = KubernetesApp.manifest(app.namespace, replicas: 2, scaled)
                .split(separator: "\n").filter { !$0.hasPrefix("replicas:") }.joined(separator: "\n")
            try manifest.write(toFile: app.folder + "/beamctl.yml", atomically: true, encoding: .utf8)
            // What was ours becomes the autoscaler's as it is.
            let taken = try await app.deploy()
            #expect(taken.errors.contains("2/2 ready"), "\(taken)")
            #expect(try await app.kubectl("get", "hpa", "-o", "name").contains("horizontalpodautoscaler"))
            try await app.kubectl("scale", "deployment", "hello", "--replicas=3")
            let again = try await app.deploy()
            #expect(again.errors.contains("3/3 ready"), "\(again)")
            let refused = try await app.beamctl("scale", "1")
            #expect(refused.code == 1 && refused.errors.contains("autoscaler"), "\(refused)")
        }
    }
}
