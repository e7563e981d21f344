import FleetModel
import Foundation
import Testing

@Suite("beamctl config shows what a replica gets", .serialized)
struct ConfigurationOutcomeTests {
    @Test("a missing secret hides nothing else: every variable is there, with what reads it")
    func missingSecret() async throws {
        try await Machine.run { machine in
            let manifest = SampleManifest.phoenixLike(more: "secrets: [TOKEN]").without("DATABASE_URL")
            let project = try await SampleProject.phoenixLike.copy(to: machine.home, manifest: manifest.text)
            let outcome = try await machine.beamctl("config", project, "--json")
            #expect(outcome.code == 1)
            let report = try JSONDecoder().decode(ConfigReport.self, from: Data(outcome.output.utf8))
            #expect(report.boots == nil)
            #expect(report["DATABASE_URL"]?.state == "missing" && report["DATABASE_URL"]?.reads.first?.line == 13)
            #expect(report["SECRET_KEY_BASE"]?.reads.first?.file == "runtime.exs")
            #expect(report["POOL_SIZE"]?.state == "defaulted")
            #expect(report.has("secret-missing", "TOKEN") && report.has("variable-missing", "DATABASE_URL"))
        }
    }

    private static let theirs = SampleProject(
        "phoenix_like", as: "theirs",
        build: #"""
            printf '%s\n' '#!/bin/sh' 'export PHX_HOST=theirs' 'export POOL_SIZE="$(expr 3 + 4)"' > rel/env.sh.eex
            MIX_ENV=prod mix release --overwrite --quiet
            """#)

    @Test("what env.sh exports is shown where it wins, also what it makes when it runs")
    func environmentScript() async throws {
        try await Machine.run { machine in
            let given = ["PHX_HOST": "ours", "POOL_SIZE": "5"]
            let manifest = SampleManifest.phoenixLike(given, more: "release:\n  env_sh: theirs")
            let project = try await Self.theirs.copy(to: machine.home, manifest: manifest.text)
            let report = try await machine.json(ConfigReport.self, "config", project)
            #expect(report["PHX_HOST"]?.value == "theirs" && report["PHX_HOST"]?.source == "env.sh:2")
            #expect(report["POOL_SIZE"]?.value == "7" && report["POOL_SIZE"]?.source == "env.sh:3")
            let host = try await machine.json(ExplanationReport.self, "config", project, "--explain", "PHX_HOST")
            #expect(host.layers.map(\.value) == ["phoenix-like.localhost", "ours", "theirs"])
            #expect(host.layers.map(\.holds) == [false, false, true])
            let size = try await machine.beamctl("config", project, "--explain", "POOL_SIZE")
            #expect(size.output.contains("  → env.sh:3: 7\n"), "\(size)")

            try SampleProject.write(SampleManifest.phoenixLike(given).text, to: project)
            let ours = try await machine.json(ExplanationReport.self, "config", project, "--explain", "PHX_HOST")
            #expect(ours.layers.map(\.source) == ["env.sh:2", "beamctl", "env, beamctl.yml:7"])
            #expect(ours.layers.map(\.holds) == [false, false, true])
            #expect(try await machine.json(ConfigReport.self, "config", project)["POOL_SIZE"]?.value == "5")

            let untried = SampleManifest.phoenixLike(more: "release:\n  env_sh: theirs\nconfig:\n  preflight: false")
            try SampleProject.write(untried.text, to: project)
            let table = try await machine.beamctl("config", project)
            #expect(table.output.contains("not tried: config.preflight is false\n"), "\(table)")
        }
    }

    @Test("a node's name is one of the daemon's own network")
    func network() async throws {
        try await Machine.run { machine in
            let manifest = SampleManifest.hello(more: "cluster:\n  name: shop")
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: manifest.text)
            let node = try await machine.json(ExplanationReport.self, "config", project, "--explain", "RELEASE_NODE")
            let address = try #require(machine.network.split(separator: "/").first)
            let first = address.split(separator: ".").dropLast().joined(separator: ".") + ".11"
            #expect(node.layers.map(\.value) == ["shop@\(first)"])
        }
    }

    @Test("the difference has the lines that beamctl leaves out and adds")
    func difference() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.relx.copy(to: machine.home, manifest: SampleManifest.relx().text)
            let lines = try await machine.json(DifferenceReport.self, "config", project, "--diff").lines
            let cookie = try #require(lines.first { $0.before?.hasPrefix("-setcookie") == true })
            #expect(cookie.line == 4 && cookie.after == nil)
            #expect(lines.contains { $0.line == 2 && $0.before?.hasPrefix("-name ${NODE_NAME") == true && $0.after == nil })
            let added = lines.filter { $0.line == nil && $0.before == nil }.compactMap(\.after)
            #expect(added.contains("-start_epmd false") && added.contains { $0.hasPrefix("-name hello_relx@") }, "\(added)")
            #expect(!added.contains { $0.hasPrefix("##") })
            let words = try await machine.beamctl("config", project, "--diff")
            #expect(words.output.contains("4 - -setcookie ${COOKIE:-hello_relx_cookie}\n"), "\(words)")
            #expect(words.output.contains("\n+ -start_epmd false\n"), "\(words)")
        }
    }
}
