import FleetModel
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// `samples/hello` on a real cluster, deployed from an image that is made once for all tests.
struct KubernetesApp {
    let machine: Machine
    let namespace: String
    let folder: String
    let image: String

    /// Gives a namespace with the app's manifest and image; nothing is deployed yet.
    static func use(
        replicas: Int = 2, _ extra: String = "", profile: String = "restricted", _ body: (KubernetesApp) async throws -> Void
    ) async throws {
        try await KubernetesTestbed.use(profile: profile) { machine, namespace in
            let folder = try await HelloProject.shared.copy(
                to: machine.home, manifest: manifest(namespace, replicas: replicas, extra))
            try await body(
                KubernetesApp(
                    machine: machine, namespace: namespace, folder: folder,
                    image: try await KubernetesTestbed.image(of: folder, tag: "hello", on: machine)))
        }
    }

    static func manifest(_ namespace: String, replicas: Int, _ extra: String) -> String {
        ManifestText.hello(replicas: replicas, extra: "on: kubernetes\nnamespace: \(namespace)\n" + extra)
    }

    /// Writes the manifest anew.
    func write(replicas: Int = 2, _ extra: String) throws {
        try Self.manifest(namespace, replicas: replicas, extra).write(
            toFile: folder + "/beamctl.yml", atomically: true, encoding: .utf8)
    }

    /// Runs `beamctl` in the project's folder.
    func beamctl(_ words: String..., input: String? = nil) async throws -> Outcome {
        try await machine.beamctl(words, in: folder, within: .seconds(180), input: input)
    }

    /// Deploys the image; it has to succeed.
    @discardableResult
    func deploy(_ more: String...) async throws -> Outcome {
        let outcome = try await machine.beamctl(["deploy", "--image", image] + more, in: folder, within: .seconds(180))
        try #require(outcome.code == 0, "\(outcome)")
        return outcome
    }

    func status() async throws -> AppStatus { try await json(AppStatus.self, "status") }

    func nodes() async throws -> NodesReport { try await json(NodesReport.self, "nodes") }

    private func json<Value: Decodable>(_: Value.Type, _ word: String) async throws -> Value {
        let outcome = try await beamctl(word, "--json")
        try #require(outcome.code == 0, "\(outcome)")
        do {
            return try JSONDecoder().decode(Value.self, from: Data(outcome.output.utf8))
        } catch {
            Issue.record("\(error): \(outcome)")
            throw error
        }
    }

    /// What `kubectl` prints of this namespace.
    @discardableResult
    func kubectl(_ words: String..., input: String? = nil) async throws -> String {
        let environment = ProcessInfo.processInfo.environment.merging(["KUBECONFIG": KubernetesTestbed.kubeconfig ?? ""]) { $1 }
        let outcome = try await Command(
            "/usr/bin/env", ["kubectl", "-n", namespace] + words, environment: environment, input: input
        ).run(within: .seconds(60))
        try #require(outcome.code == 0, "\(outcome)")
        return outcome.output
    }
}

/// A client that asks an address every 10 ms, each time over a connection of its own.
final class ServiceClient: Sendable {
    private let state = Mutex<(asked: Int, failures: [String], isDone: Bool)>((0, [], false))
    private let request = Array("GET /health HTTP/1.1\r\nHost: hello\r\nConnection: close\r\n\r\n".utf8)

    /// Begins to ask.
    init(_ address: String, _ port: Int) {
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.isDone }) {
                let begin = ContinuousClock.now
                // An answer that takes long holds up no other.
                Thread.detachNewThread { [self] in ask(address, port) }
                Thread.sleep(until: Date(timeIntervalSinceNow: max(0, 0.01 - (ContinuousClock.now - begin) / .seconds(1))))
            }
        }
    }

    private func ask(_ address: String, _ port: Int) {
        let failure: String?
        do {
            let wire = try Wire(to: port, at: address)
            try wire.send(request)
            let answer = try wire.readAll()
            failure = answer.hasPrefix("HTTP/1.1 200") ? nil : "answered '\(answer.prefix(60))'"
        } catch {
            failure = "\(error)"
        }
        state.withLock { state in
            state.asked += 1
            if let failure { state.failures.append(failure) }
        }
    }

    /// Ends, and says how often it asked and what failed.
    func end() -> (asked: Int, failures: [String]) {
        state.withLock { state in
            state.isDone = true
            return (state.asked, state.failures)
        }
    }
}
