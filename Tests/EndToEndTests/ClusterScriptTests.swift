import Foundation
import TestSupport
import Testing

@Suite("The cluster that tests run on")
struct ClusterScriptTests {
    /// A testbed of scripts that write down that they ran.
    private struct Bed {
        let folder = FileManager.default.temporaryDirectory.appending(path: "beamctl-bed-\(UUID().uuidString)")
        private var ran: URL { folder.appending(path: "ran") }

        init(up: String = "exit 0", isBuilt: Bool = true) throws {
            let cache = folder.appending(path: "cache/beamctl-testbed")
            try FileManager.default.createDirectory(at: cache.appending(path: "bin"), withIntermediateDirectories: true)
            try Data().write(to: cache.appending(path: "bookworm.tar"))
            try script("kubernetes-up", up)
            try script("kubernetes-down", "echo down")
            try script("kubernetes-build", "touch \(cache.path)/bin/kubelet; chmod +x \(cache.path)/bin/kubelet")
            // Nothing is installed for the sake of this.
            try script("dpkg-query", "printf 'ii '", isToldOf: false)
            try script("kubectl", "exit 1", isToldOf: false)
            if isBuilt { try script("cache/beamctl-testbed/bin/kubelet", "exit 1") }
        }

        private func script(_ name: String, _ body: String, isToldOf: Bool = true) throws {
            let path = folder.appending(path: name)
            let word = isToldOf ? "echo \(path.lastPathComponent) >>\(ran.path)\n" : ""
            try Data("#!/bin/sh\n\(word)\(body)\n".utf8).write(to: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.path)
        }

        /// Runs `scripts/cluster with COMMAND…`.
        func run(_ command: String..., variables: [String: String] = [:]) async throws -> (outcome: Outcome, ran: [String]) {
            var environment = ProcessInfo.processInfo.environment
            environment["BEAMCTL_TEST_KUBECONFIG"] = nil
            environment["BEAMCTL_TESTBED"] = folder.path
            environment["XDG_CACHE_HOME"] = folder.appending(path: "cache").path
            environment["PATH"] = folder.path + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
            let outcome = try await Command(
                Programs.checkout + "/scripts/cluster", ["with"] + command, environment: environment.merging(variables) { $1 }
            ).run(within: .seconds(60))
            let ran = (try? String(contentsOf: self.ran, encoding: .utf8)) ?? ""
            return (outcome, ran.split(separator: "\n").map(String.init))
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }
    }

    private static let ask = #"echo "named: ${BEAMCTL_TEST_KUBECONFIG:-nothing}"; exit 7"#

    @Test("what is brought up is named, and brought down when the tests have failed; their last line stays the last")
    func broughtDown() async throws {
        let bed = try Bed(isBuilt: false)
        defer { bed.remove() }
        let (outcome, ran) = try await bed.run("sh", "-c", Self.ask)
        #expect(outcome.code == 7 && ran == ["kubernetes-build", "kubernetes-up", "kubernetes-down"], "\(outcome) \(ran)")
        let kubeconfig = bed.folder.path + "/cache/beamctl-testbed/kubeconfig"
        #expect(outcome.output.hasSuffix("\nnamed: \(kubeconfig)\n"), "\(outcome)")
    }

    @Test("one that does not come up is told with what it said, brought down, and the tests run without it")
    func notUp() async throws {
        let bed = try Bed(up: "echo etcd ended; exit 1")
        defer { bed.remove() }
        let (outcome, ran) = try await bed.run("sh", "-c", Self.ask)
        #expect(ran == ["kubernetes-up", "kubernetes-down"], "\(ran)")
        let told = "it does not come up; tests that need a cluster are skipped\n  | etcd ended\n"
        #expect(outcome.output.contains(told), "\(outcome)")
        #expect(outcome.code == 7 && outcome.output.hasSuffix("\nnamed: nothing\n"), "\(outcome)")
    }

    @Test("one that is named is used and left alone; where there is none, that is told")
    func named() async throws {
        let bed = try Bed()
        defer { bed.remove() }
        let named = try await bed.run("sh", "-c", Self.ask, variables: ["BEAMCTL_TEST_KUBECONFIG": "/somewhere"])
        #expect(named.outcome.output == "named: /somewhere\n" && named.ran.isEmpty, "\(named)")
        let none = try await bed.run("sh", "-c", Self.ask, variables: ["BEAMCTL_TESTBED": "/nowhere"])
        #expect(none.outcome.output.hasPrefix("cluster: BEAMCTL_TEST_KUBECONFIG names none"), "\(none)")
        #expect(none.outcome.output.hasSuffix("\nnamed: nothing\n") && none.ran.isEmpty, "\(none)")
    }
}
