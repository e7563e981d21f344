import Foundation

/// Copies of `samples/hello` for tests.
enum HelloProject {
    static let shared = SampleProject.hello

    static func shell(_ script: String) async throws { try await SampleProject.shell(script) }
}

/// Manifests that tests use.
enum ManifestText {
    /// Pods end after the whole of their drain, whether somebody asks them or not: a second of it is enough where nobody does.
    static let briskEnd = "shutdown: {drain: 1s}\n"

    static func hello(replicas: Int = 3, extra: String = "", env: String = "") -> String {
        """
        app: hello
        replicas: \(replicas)
        http:
          health: /health
        env:
          GREETING: from a test
        \(env.isEmpty ? "" : "  \(env)\n")\(extra)

        """
    }
}
