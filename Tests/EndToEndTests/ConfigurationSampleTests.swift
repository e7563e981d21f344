import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("Values reach the app as they were written, byte for byte", .serialized)
struct ConfigurationSampleTests {
    /// A sample, what it is given, and what it must answer.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let project: SampleProject
        let manifest: SampleManifest
        let expected: [String: String]

        init(_ name: String, _ project: SampleProject, _ manifest: SampleManifest, _ expected: [String: String]) {
            testDescription = name
            self.project = project
            self.manifest = manifest
            self.expected = expected
        }
    }

    private static let legacyValues = [
        "GREETING": HostileText.all(own: "GREETING"), "MOTTO": HostileText.all(own: "MOTTO"),
        "MODE": HostileText.all(own: "MODE"), "STORE_USER": HostileText.all(own: "STORE_USER"),
        "STORE_PASSWORD": HostileText.long(own: "STORE_PASSWORD"), "STORE_HOST": "db", "POOL_SIZE": "11",
        "NOTE": HostileText.all(own: "NOTE"), "MAX_PROCESSES": "300000",
    ]
    private static let legacyAnswers = [
        "greeting": HostileText.all(own: "GREETING"), "motto": HostileText.all(own: "MOTTO"),
        "mode": HostileText.all(own: "MODE"), "pool_size": "11", "note": HostileText.all(own: "NOTE"),
        "store_url":
            "store://\(HostileText.all(own: "STORE_USER")):\(HostileText.long(own: "STORE_PASSWORD"))@db/legacy",
        // The VM takes the next power of two (erl(1), +P).
        "max_processes": "524288",
    ]
    private static let relxValues = [
        "GREETING": HostileText.long(own: "GREETING"), "MOTTO": HostileText.all(own: "MOTTO"),
        "MODE": HostileText.all(own: "MODE"), "URL_HOST": HostileText.all(own: "URL_HOST"),
        "NOTE": HostileText.all(own: "NOTE"), "LIMITS": "1, 2,\n3", "LOG_LEVEL": "warning", "MAX_PROCESSES": "300000",
    ]
    private static let relxAnswers = [
        "greeting": HostileText.long(own: "GREETING"), "motto": HostileText.all(own: "MOTTO"),
        "mode": HostileText.all(own: "MODE"), "note": HostileText.all(own: "NOTE"), "limits": "1,2,3",
        "logger_level": "warning", "max_processes": "524288",
    ]

    static let cases = [
        Case("mix with REPLACE_OS_VARS", .legacy, .legacy(legacyValues), legacyAnswers),
        Case("relx", .relx, .relx(relxValues), relxAnswers),
        Case(
            "mix with runtime.exs", .phoenixLike,
            .phoenixLike([
                "DATABASE_URL": HostileText.all(own: "DATABASE_URL"),
                "SECRET_KEY_BASE": HostileText.long(own: "SECRET_KEY_BASE"),
                "PHX_HOST": HostileText.all(own: "PHX_HOST"),
            ]),
            [
                "database_url": HostileText.all(own: "DATABASE_URL"),
                "secret_key_base": HostileText.long(own: "SECRET_KEY_BASE"), "host": HostileText.all(own: "PHX_HOST"),
                "dns_cluster_query": "phoenix-like-peers.default.svc.cluster.local",
            ]),
        Case(
            "Distillery, of an Elixir app", .distilleryLegacy,
            // Distillery knows no defaults: a flag that may be missing is given, and empty.
            .legacy(legacyValues.merging(["EXTRA_FLAGS": ""]) { $1 }, more: "build:\n  tool: distillery"), legacyAnswers),
        Case(
            "Distillery, of an Erlang app", .distilleryRelx,
            .relx(relxValues.merging(["REPLACE_OS_VARS": "true"]) { $1 }, more: "build:\n  tool: distillery"), relxAnswers),
    ]

    @Test("each kind of release comes up twice, meshes, and answers with what it was given", arguments: cases)
    func sample(_ sample: Case) async throws {
        try await Machine.run { machine in
            var manifest = sample.manifest
            manifest.replicas = 2
            let project = try await sample.project.copy(to: machine.home, manifest: manifest.text)
            let deployed = try await machine.deploy(project)
            #expect(deployed.errors.contains("2/2 nodes meshed"), "\(deployed)")
            let replicas = try await machine.status(manifest.app).replicas
            let answers = try await machine.answers(of: manifest.app)
            #expect(answers.count == 2)
            for (replica, answer) in zip(replicas, answers) {
                #expect(answer.text("node") == replica.node)
                #expect(answer.peers == replicas.compactMap(\.node).filter { $0 != replica.node })
                #expect(answer.text("port") == String(replica.slot.port))
                for (name, text) in sample.expected {
                    // Not compared as texts, which Swift does by their meaning; nor shown whole.
                    let got = answer.bytes(name)
                    #expect(got == Data(text.utf8), "\(name): \(String(decoding: (got ?? Data()).prefix(400), as: UTF8.self))")
                }
            }
        }
    }
}
