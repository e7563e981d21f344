import Foundation

/// A manifest as data. Values are written as JSON strings, which YAML reads: so a test's value arrives whatever is in it.
struct SampleManifest {
    var app: String
    var replicas = 1
    var env: [String: String]
    /// More keys of the manifest, as YAML.
    var more = ""

    var text: String {
        let variables = env.sorted { $0.key < $1.key }.map { "  \($0.key): \(Self.quoted($0.value))\n" }.joined()
        return """
            app: \(app)
            replicas: \(replicas)
            http:
              health: /health
            \(env.isEmpty ? "" : "env:\n" + variables)\(more)

            """
    }

    /// As a JSON string.
    static func quoted(_ value: String) -> String {
        let data = try? JSONEncoder().encode(value)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    static func hello(_ env: [String: String] = [:], more: String = "") -> SampleManifest {
        SampleManifest(app: "hello", env: ["GREETING": "from a test"].merging(env) { $1 }, more: more)
    }

    /// Everything that `samples/legacy` needs.
    static func legacy(_ env: [String: String] = [:], more: String = "") -> SampleManifest {
        let all = [
            "REPLACE_OS_VARS": "true", "GREETING": "Hello", "MOTTO": "As it was", "MODE": "plain", "STORE_USER": "u",
            "STORE_PASSWORD": "p", "NOTE": "noted",
        ]
        return SampleManifest(app: "legacy", env: all.merging(env) { $1 }, more: more)
    }

    /// Everything that `samples/phoenix_like` needs.
    static func phoenixLike(_ env: [String: String] = [:], more: String = "") -> SampleManifest {
        let all = ["PHX_SERVER": "true", "DATABASE_URL": "file:///dev/null", "SECRET_KEY_BASE": "a base of secrets"]
        return SampleManifest(app: "phoenix-like", env: all.merging(env) { $1 }, more: more)
    }

    /// Everything that `samples/relx` needs.
    static func relx(_ env: [String: String] = [:], more: String = "") -> SampleManifest {
        SampleManifest(app: "hello-relx", env: ["GREETING": "Hello"].merging(env) { $1 }, more: more)
    }

    /// The same without a variable.
    func without(_ variable: String) -> SampleManifest {
        var manifest = self
        manifest.env[variable] = nil
        return manifest
    }
}
