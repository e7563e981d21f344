import Foundation
import Synchronization
import TestSupport
import Testing

/// A real cluster, which `BEAMCTL_TEST_KUBECONFIG` names, and an image of `samples/hello` on its nodes.
enum KubernetesTestbed {
    /// The kubeconfig; nil: tests that need a cluster are skipped.
    static let kubeconfig = ProcessInfo.processInfo.environment["BEAMCTL_TEST_KUBECONFIG"]
    static let isThere = kubeconfig != nil
    static let reason: Comment = "BEAMCTL_TEST_KUBECONFIG names no cluster"

    /// Where images are put into the containerd of the cluster's node; the testbed's own, unless told otherwise.
    private static let socket =
        ProcessInfo.processInfo.environment["BEAMCTL_TEST_CONTAINERD"]
        ?? (kubeconfig.map { URL(filePath: $0).deletingLastPathComponent().appending(path: "run/containerd.sock").path } ?? "")

    /// The system that the images run on: an archive, or the standard one of a registry.
    private static let base = ProcessInfo.processInfo.environment["BEAMCTL_TEST_BASE"]

    /// Runs `kubectl` to its end.
    @discardableResult
    static func kubectl(_ arguments: String..., input: String? = nil, within limit: Duration = .seconds(60)) async throws
        -> Outcome
    {
        let environment = ProcessInfo.processInfo.environment.merging(["KUBECONFIG": kubeconfig ?? ""]) { $1 }
        return try await Command("/usr/bin/env", ["kubectl"] + arguments, environment: environment, input: input).run(
            within: limit)
    }

    /// Builds the image of a project, and gives it to the node: once for all tests that name it so. Returns its name.
    static func image(of folder: String, tag: String, on machine: Machine) async throws -> String {
        let archive = machine.home + "/\(tag).tar"
        let name = "beamctl.local/hello:\(tag)"
        if given.withLock({ $0.contains(tag) }) { return name }
        let base = try chosenBase()
        try await ReadBase.give(base, to: machine)
        let built = try await machine.beamctl(
            ["build", "--tag", name, "--output", archive, "--base", base], in: folder, within: .seconds(300))
        try #require(built.code == 0, "\(built)")
        try await give(archive)
        given.withLock { _ = $0.insert(tag) }
        return name
    }

    private static let given = Mutex<Set<String>>([])

    /// Gives the images of an archive to the node.
    static func give(_ archive: String) async throws {
        let imported = try await Command("/usr/bin/env", ["ctr", "-a", socket, "-n", "k8s.io", "images", "import", archive])
            .run(within: .seconds(120))
        try #require(imported.code == 0, "\(imported)")
    }

    /// What images are made on.
    static func chosenBase() throws -> String { try base ?? archiveBase() }

    /// Kills what runs in a container of the node, as the kernel would that has no memory left.
    static func killContainer(_ id: String) async throws {
        let killed = try await Command(
            "/usr/bin/env", ["ctr", "-a", socket, "-n", "k8s.io", "tasks", "kill", "--signal", "SIGKILL", id]
        ).run(within: .seconds(20))
        try #require(killed.code == 0, "\(killed)")
    }

    /// The archive that the testbed made of Debian.
    static func archiveBase() throws -> String {
        let path = URL(filePath: try #require(kubeconfig)).deletingLastPathComponent().appending(path: "bookworm.tar").path
        try #require(FileManager.default.fileExists(atPath: path), "BEAMCTL_TEST_BASE names no base, and there is no \(path)")
        return path
    }

    /// Gives a namespace of one test's own, and the cluster a DNS server; both go when the test is done.
    ///
    /// - Parameter profile: What pods the namespace takes, where the server has Pod Security admission.
    static func use<Value>(profile: String = "restricted", _ body: (Machine, _ namespace: String) async throws -> Value)
        async throws -> Value
    {
        let namespace = "beamctl-e2e-\(UInt32.random(in: 0...UInt32.max))"
        return try await Machine.run(with: ["KUBECONFIG": try #require(kubeconfig)]) { machine in
            try await make(namespace, profile)
            let dns = try await nameServer(on: machine)
            do {
                let value = try await body(machine, namespace)
                await end(namespace, dns)
                return value
            } catch {
                let state = try? await kubectl("-n", namespace, "get", "all,events")
                Issue.record("the namespace had:\n\(state?.output ?? "")")
                await end(namespace, dns)
                throw error
            }
        }
    }

    private static func make(_ namespace: String, _ profile: String) async throws {
        let object = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: \(namespace), labels: {pod-security.kubernetes.io/enforce: \(profile)}}
            """
        let made = try await kubectl("create", "-f", "-", input: object)
        try #require(made.code == 0, "\(made)")
    }

    private static func end(_ namespace: String, _ dns: RunningCommand?) async {
        _ = try? await kubectl("delete", "namespace", namespace, "--wait=false")
        if let dns { kill(dns.pid, SIGTERM) }
    }

    /// A cluster without a DNS server of its own gets ours: on the address at which pods reach this machine.
    private static func nameServer(on machine: Machine) async throws -> RunningCommand? {
        let there = try await kubectl("-n", "kube-system", "get", "deployments", "-l", "k8s-app=kube-dns", "-o", "name")
        guard there.output.isEmpty else { return nil }
        let address = ProcessInfo.processInfo.environment["BEAMCTL_TEST_POD_GATEWAY"] ?? "10.97.0.1"
        let port = Int.random(in: 20_000...29_999)
        let dns = try machine.start("dns", "serve", "--kubernetes", "--listen", "\(address):\(port)")
        try await machine.until("the name server serves") { dns.errorsSoFar.contains("serving") }
        let objects = """
            apiVersion: v1
            kind: Service
            metadata: {name: kube-dns, namespace: kube-system}
            spec:
              clusterIP: 10.96.0.10
              ports: [{name: dns, port: 53, targetPort: \(port), protocol: UDP}, {name: dns-tcp, port: 53, targetPort: \(port), protocol: TCP}]
            ---
            apiVersion: v1
            kind: Endpoints
            metadata: {name: kube-dns, namespace: kube-system}
            subsets: [{addresses: [{ip: \(address)}], ports: [{name: dns, port: \(port), protocol: UDP}, {name: dns-tcp, port: \(port), protocol: TCP}]}]
            """
        let applied = try await kubectl("apply", "-f", "-", input: objects)
        try #require(applied.code == 0, "\(applied)")
        return dns
    }
}
