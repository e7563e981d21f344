import Foundation
import HTTPTransport
import JSONText
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import KubernetesClient

@Suite("a real cluster: objects", .enabled(if: TestCluster.isThere, TestCluster.reason))
struct ClusterObjectTests {
    @Test("it says what it is, and serves some version of everything that we write")
    func discovery() async throws {
        try await TestCluster.withClient(try TestCluster.access()) { client in
            let version = try await client.version()
            #expect(version.major == 1 && version.minor >= 16)
            let served = try await client.served(["", "apps", "policy", "discovery.k8s.io", "batch", "networking.k8s.io"])
            #expect(served.resource(kind: "Pod", group: "")?.plural == "pods")
            let slices = try #require(
                served.resource(kind: "EndpointSlice", group: "discovery.k8s.io", versions: ["v1", "v1beta1"]))
            let budgets = try #require(
                served.resource(kind: "PodDisruptionBudget", group: "policy", versions: ["v1", "v1beta1"]))
            if version.minor == 20 { #expect(slices.version == "v1beta1" && budgets.version == "v1beta1") }
            #expect(try await client.resource(kind: "Node", group: "").isNamespaced == false)
            let error = await #expect(throws: KubernetesError.self) {
                try await client.resource(kind: "Route", group: "route.example")
            }
            #expect(error?.code == .notServed)
        }
    }

    @Test("what is applied is there, what another manager owns is a conflict that names him, and force takes it over")
    func apply() async throws {
        try await TestCluster.withNamespace { client, _ in
            let map = APIResource.configMaps
            #expect(try await client.find(map, "c") == nil)
            let tried = try await client.apply(
                TestCluster.configMap("c", ["a": "1"]), as: map, options: ApplyOptions(dryRun: true))
            #expect(tried.at("data", "a")?.text == "1")
            #expect(try await client.find(map, "c") == nil)
            try await client.apply(
                TestCluster.configMap("c", ["a": "1", "b": "1"]), as: map, options: ApplyOptions(manager: "helm"))
            let error = await #expect(throws: KubernetesError.self) {
                try await client.apply(TestCluster.configMap("c", ["a": "2"]), as: map)
            }
            #expect(error?.code == .conflict)
            #expect(error?.conflicts == [KubernetesError.Conflict(manager: "helm", field: ".data.a")])
            let forced = try await client.apply(
                TestCluster.configMap("c", ["a": "2"]), as: map, options: ApplyOptions(force: true))
            #expect(forced.at("data", "a")?.text == "2" && forced.at("data", "b")?.text == "1")
            try await client.patch(map, "c", .merge, .object(["data": .object(["b": .null])]))
            try await client.patch(
                map, "c", .operations,
                .array([.object(["op": .string("add"), "path": .string("/data/d"), "value": .string("4")])]))
            try await client.patch(map, "c", .strategic, .object(["data": .object(["e": .string("5")])]))
            let all = try await client.list(map, Selector(fields: "metadata.name=c"))
            #expect(all.items.first?["data"] == .object(["a": .string("2"), "d": .string("4"), "e": .string("5")]))
            let stale = await #expect(throws: KubernetesError.self) { try await client.delete(map, "c", uid: "other") }
            #expect(stale?.code == .conflict)
            #expect(try await client.delete(map, "c"))
            #expect(try await client.delete(map, "c") == false)
        }
    }

    @Test("what is wrong with an object, and what is too much, is told in the server's words")
    func refusals() async throws {
        try await TestCluster.withNamespace { client, _ in
            let deployment = TestCluster.object("apps/v1", "Deployment", "x", ["spec": .object([:])])
            let invalid = await #expect(throws: KubernetesError.self) { try await client.apply(deployment, as: .deployments) }
            #expect(invalid?.code == .invalid)
            #expect(invalid?.causes.contains { $0.field == "spec.selector" } == true)
            let twice = await #expect(throws: KubernetesError.self) {
                for _ in 0..<2 { try await client.create(TestCluster.configMap("c", [:]), as: .configMaps) }
            }
            #expect(twice?.code == .alreadyExists)
            let quota = TestCluster.object(
                "v1", "ResourceQuota", "q", ["spec": .object(["hard": .object(["configmaps": .string("0")])])])
            let quotas = try await client.resource(of: quota)
            try await client.create(quota, as: quotas)
            // The quota counts once its controller has seen it.
            for try await event in client.watch(quotas) {
                if case .modified(let quota) = event, quota.at("status", "hard") != nil { break }
                if case .all(let all) = event, all.first?.at("status", "hard") != nil { break }
            }
            let full = await #expect(throws: KubernetesError.self) {
                try await client.create(TestCluster.configMap("d", [:]), as: .configMaps)
            }
            #expect(full?.code == .quotaExceeded, "\(String(describing: full))")
        }
    }

    @Test("a token without rights is told what it may not, before and when it tries")
    func forbidden() async throws {
        try await TestCluster.withNamespace { admin, namespace in
            let accounts = try await admin.resource(kind: "ServiceAccount", group: "")
            try await admin.create(TestCluster.object("v1", "ServiceAccount", "nobody"), as: accounts)
            let request = TestCluster.object("authentication.k8s.io/v1", "TokenRequest", "nobody", ["spec": .object([:])])
            let answer = try await admin.send(
                .init(
                    method: "POST", path: accounts.path(namespace: namespace, name: "nobody", subresource: "token"),
                    body: request,
                    repeatability: .unsafe))
            var access = admin.access
            access.credential = .token(try #require(answer.at("status", "token")?.text))
            try await TestCluster.withClient(access) { client in
                let questions = [
                    AccessQuestion("patch", "deployments", group: "apps", namespace: namespace),
                    AccessQuestion("create", "selfsubjectaccessreviews", group: "authorization.k8s.io"),
                    AccessQuestion("create", "pods", subresource: "portforward", namespace: namespace),
                ]
                let (missing, adminsMissing) = (try await client.missing(questions), try await admin.missing(questions))
                #expect(missing == [questions[0], questions[2]])
                #expect(adminsMissing == [])
                let error = await #expect(throws: KubernetesError.self) { try await client.list(.pods) }
                #expect(error?.code == .forbidden)
                #expect(error?.reason.contains("system:serviceaccount:\(namespace):nobody") == true)
                let stream = await #expect(throws: KubernetesError.self) {
                    try await client.exec(ExecCommand(["true"]), in: "x") { _ in }
                }
                #expect(stream?.code == .forbidden)
            }
            access.credential = .token("none")
            try await TestCluster.withClient(access) { stranger in
                let unknown = await #expect(throws: KubernetesError.self) { try await stranger.list(.pods) }
                #expect(unknown?.code == .unauthorized)
            }
        }
    }

    @Test("a certificate that another authority gave is not trusted")
    func untrusted() async throws {
        var access = try TestCluster.access()
        access.trust = .system
        try await TestCluster.withClient(access) { client in
            let error = await #expect(throws: KubernetesError.self) { try await client.version() }
            #expect(error?.code == .badCertificate, "\(String(describing: error))")
            let stream = await #expect(throws: KubernetesError.self) {
                try await client.exec(ExecCommand(["true"]), in: "x") { _ in }
            }
            #expect(stream?.code == .badCertificate, "\(String(describing: stream))")
        }
    }

    @Test("a Deployment is scaled")
    func scale() async throws {
        try await TestCluster.withNamespace { client, _ in
            let labels: JSONValue = .object(["app": .string("x")])
            let container: JSONValue = .object(["name": .string("main"), "image": .string(TestCluster.image)])
            let deployment = TestCluster.object(
                "apps/v1", "Deployment", "x",
                [
                    "spec": .object([
                        "replicas": .integer(0), "selector": .object(["matchLabels": labels]),
                        "template": .object([
                            "metadata": .object(["labels": labels]), "spec": .object(["containers": .array([container])]),
                        ]),
                    ])
                ])
            try await client.apply(deployment, as: .deployments)
            #expect(try await client.scale(.deployments, "x") == 0)
            try await client.setScale(.deployments, "x", to: 1)
            #expect(try await client.scale(.deployments, "x") == 1)
        }
    }

    @Test("everything goes through a proxy, with the certificate's own name", arguments: ["http", "socks5"])
    func proxies(kind: String) async throws {
        let proxy = try await TestProxy()
        var access = try TestCluster.access()
        try #require(access.server.isSecure)
        access.serverName = "kubernetes.default.svc"
        access.proxy = HTTPProxy(kind == "http" ? .http : .socks, host: proxy.host, port: proxy.port)
        try await TestCluster.withClient(access) { client in
            let version = try await client.version()
            #expect(version.major == 1)
            let error = await #expect(throws: KubernetesError.self) {
                try await client.exec(ExecCommand(["true"]), in: "no-such-pod", namespace: "default") { _ in }
            }
            #expect(error?.code == .notFound)
        }
        let word = kind == "http" ? "connect" : "socks"
        #expect(proxy.ways == Array(repeating: "\(word) \(access.server.host):\(access.server.port)", count: 2))
        access.serverName = "another.example"
        try await TestCluster.withClient(access) { stranger in
            let error = await #expect(throws: KubernetesError.self) { try await stranger.version() }
            #expect(error?.code == .badCertificate)
            let stream = await #expect(throws: KubernetesError.self) {
                try await stranger.exec(ExecCommand(["true"]), in: "no-such-pod") { _ in }
            }
            #expect(stream?.code == .badCertificate)
        }
    }
}
