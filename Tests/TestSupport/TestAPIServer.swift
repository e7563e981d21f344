import Foundation
import Glibc
package import Testing

/// The API server of a cluster that is on this machine: its process can be ended and started anew, and its etcd asked.
package enum TestAPIServer {
    package static let reason: Comment =
        "BEAMCTL_TEST_KUBERNETES_APISERVER_PID names no file with the process id of an API server"
    /// Named, or the one that the testbed has beside its kubeconfig.
    private static let pidFile: String? = {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["BEAMCTL_TEST_KUBERNETES_APISERVER_PID"] { return named }
        guard let kubeconfig = environment["BEAMCTL_TEST_KUBECONFIG"] else { return nil }
        let path = URL(filePath: kubeconfig).deletingLastPathComponent().appending(path: "run/kube-apiserver.pid").path
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()
    package static let isOurs = pidFile != nil

    private static func pid() throws -> Int32 {
        let text = try String(contentsOfFile: try #require(pidFile), encoding: .utf8)
        return try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    private static func words(_ pid: Int32) throws -> [String] {
        let words = try String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8).split(separator: "\0").map(String.init)
        try #require(words.first?.hasSuffix("kube-apiserver") == true)
        return words
    }

    /// One that has ended may still wait for its parent to hear of it.
    private static func isRunning(_ pid: Int32) -> Bool {
        // Its first thread is gone before the others are, which hold its port.
        let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")
        guard (threads?.count ?? 0) <= 1 else { return true }
        let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let state = status?.split(separator: ")").last?.split(separator: " ").first
        return state.map { $0 != "Z" } ?? false
    }

    /// Ends it as a crash would, and starts it with the same words.
    package static func restart() async throws {
        let file = try #require(pidFile)
        let pid = try pid()
        let words = try words(pid)
        // As a crash would: asked to end, it would first wait for every watch.
        kill(pid, SIGKILL)
        try await within("the API server's end") {
            while isRunning(pid) { try await Task.sleep(for: .milliseconds(20)) }
        }
        // The new one has to outlive this process.
        let script = #"setsid "$@" </dev/null >>"$LOG" 2>&1 & echo $! >"$PID""#
        let starter = try Spawned(
            ["sh", "-c", script, "sh"] + words,
            environment: ["LOG": "\(file).log", "PID": file, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
        for await _ in starter.exit {}
    }

    /// Has its etcd forget what was before a revision, as it does by itself every five minutes.
    package static func forget(before revision: Int) async throws {
        let option = "--etcd-servers="
        let server = try #require(try words(pid()).first { $0.hasPrefix(option) }?.dropFirst(option.count))
        let asking = try Spawned([
            "curl", "-sS", "--max-time", "10", "\(server)/v3/kv/compact", "-d", #"{"revision":"\#(revision)","physical":true}"#,
        ])
        let code = await asking.exitCode()
        try #require(code == 0)
    }
}
