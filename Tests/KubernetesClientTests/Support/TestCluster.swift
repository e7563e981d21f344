import Foundation
import JSONText
import Testing

@testable import KubernetesClient

/// The real cluster that `BEAMCTL_TEST_KUBECONFIG` names.
enum TestCluster {
    static let file = ProcessInfo.processInfo.environment["BEAMCTL_TEST_KUBECONFIG"]
    static let isThere = file != nil
    static let reason: Comment = "BEAMCTL_TEST_KUBECONFIG names no cluster"
    /// An image with a shell on its nodes.
    static let image = ProcessInfo.processInfo.environment["BEAMCTL_TEST_KUBERNETES_IMAGE"] ?? "k8s.local/busybox:1"

    static func access() throws -> ClusterAccess {
        try ClusterAccess.find(file: file, environment: [:])
    }

    /// Gives a client, which is shut down however that ends.
    static func withClient(_ access: ClusterAccess, _ body: (KubernetesClient) async throws -> Void) async throws {
        let client = KubernetesClient(access, environment: [:])
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(client))
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        try result.get()
    }

    /// Gives a client and a namespace of its own, which is gone afterwards.
    static func withNamespace(_ body: (KubernetesClient, String) async throws -> Void) async throws {
        var access = try access()
        let name = "beamctl-test-\(UInt32.random(in: 0...UInt32.max))"
        access.namespace = name
        try await withClient(access) { client in
            try await client.create(object("v1", "Namespace", name), as: .namespaces)
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(client, name))
            } catch {
                result = .failure(error)
            }
            try await client.delete(.namespaces, name)
            try result.get()
        }
    }

    static func object(_ version: String, _ kind: String, _ name: String, _ members: [String: JSONValue] = [:]) -> JSONValue {
        let base: [String: JSONValue] = [
            "apiVersion": .string(version), "kind": .string(kind), "metadata": .object(["name": .string(name)]),
        ]
        return .object(base.merging(members) { _, theirs in theirs })
    }

    static func configMap(_ name: String, _ data: [String: String]) -> JSONValue {
        object("v1", "ConfigMap", name, ["data": .object(data.mapValues { .string($0) })])
    }

    /// A pod that runs a line of shell. A token of it is not needed.
    static func pod(_ name: String, _ script: String) -> JSONValue {
        let container: JSONValue = .object([
            "name": .string("main"), "image": .string(image), "imagePullPolicy": .string("IfNotPresent"),
            "command": .array([.string("/bin/sh"), .string("-c"), .string(script)]),
        ])
        return object(
            "v1", "Pod", name,
            [
                "spec": .object([
                    "containers": .array([container]), "restartPolicy": .string("Never"),
                    "automountServiceAccountToken": .bool(false), "terminationGracePeriodSeconds": .integer(0),
                ])
            ])
    }

    /// Makes a pod and waits until it runs, or has ended.
    static func run(_ client: KubernetesClient, _ pod: JSONValue) async throws {
        // A new namespace has this account a moment later, and no pods before.
        try await wait(client, try await client.resource(kind: "ServiceAccount", group: ""), "default") { _ in true }
        try await client.create(pod, as: .pods)
        try await wait(client, .pods, try client.name(of: pod)) {
            ["Running", "Succeeded", "Failed"].contains($0.at("status", "phase")?.text)
        }
    }

    private static func wait(
        _ client: KubernetesClient, _ resource: APIResource, _ name: String, until isDone: (JSONValue) -> Bool
    ) async throws {
        for try await event in client.watch(resource, Selector(fields: "metadata.name=\(name)")) {
            switch event {
            case .all(let all) where all.contains(where: isDone): return
            case .added(let object) where isDone(object), .modified(let object) where isDone(object): return
            default: break
            }
        }
    }
}
