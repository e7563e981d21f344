import Foundation

/// Copies of `samples/hello` for tests, whose release is built once and then only copied.
actor HelloProject {
    static let shared = HelloProject()

    private var built: String?

    /// A copy in a folder of its own, with its release built, and this manifest.
    func copy(to folder: String, manifest: String) async throws -> String {
        let source = try await release()
        let copy = "\(folder)/project-\(UUID().uuidString.prefix(8))"
        try await Self.shell("mkdir -p '\(folder)' && cp -a '\(source)' '\(copy)'")
        try Data(manifest.utf8).write(to: URL(fileURLWithPath: copy + "/beamctl.yml"))
        return copy
    }

    /// `hello` as it lies in `samples/`, but for one line: it raises while it boots when `BOOM` is set.
    private func release() async throws -> String {
        if let built { return built }
        let folder = FileManager.default.temporaryDirectory.path + "/beamctl-hello-\(getpid())"
        try await Self.shell(
            """
            rm -rf '\(folder)' && cp -a '\(Programs.checkout)/samples/hello' '\(folder)' && cd '\(folder)' && rm -rf _build
            printf '%s\\n' 'if boom = System.get_env("BOOM"), do: raise("boom: #{boom}")' >> config/runtime.exs
            MIX_ENV=prod mix release --overwrite --quiet
            """)
        built = folder
        return folder
    }

    static func shell(_ script: String) async throws {
        let outcome = try await Command("/bin/sh", ["-ec", script]).run(within: .seconds(300))
        guard outcome.code == 0 else { throw Failed(outcome: outcome) }
    }

    struct Failed: Error {
        let outcome: Outcome
    }
}

/// Manifests that tests use.
enum ManifestText {
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
