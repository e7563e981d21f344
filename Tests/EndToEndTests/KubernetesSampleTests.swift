import ErlangPeers
import FleetModel
import Foundation
import TestSupport
import Testing

@Suite(
    "On a real Kubernetes cluster: releases of every tool", .serialized,
    .enabled(if: KubernetesTestbed.isThere, KubernetesTestbed.reason))
struct KubernetesSampleTests {
    /// A release of a tool, what it needs, and a variable without which it does not boot.
    struct Sample: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let project: SampleProject
        let manifest: SampleManifest
        let needed: String
    }

    private static let samples = [
        Sample(testDescription: "relx", project: .relx, manifest: .relx(), needed: "GREETING"),
        Sample(testDescription: "mix, old style", project: .legacy, manifest: .legacy(), needed: "STORE_USER"),
        Sample(
            testDescription: "Distillery, of an Erlang app", project: .distilleryRelx,
            // Distillery knows no defaults.
            manifest: .relx(
                [
                    "REPLACE_OS_VARS": "true", "MOTTO": "m", "MODE": "plain", "URL_HOST": "h", "NOTE": "n", "LIMITS": "1, 2",
                    "LOG_LEVEL": "warning", "MAX_PROCESSES": "300000",
                ], more: "build: {tool: distillery}"), needed: "MAX_PROCESSES"),
        Sample(
            testDescription: "Distillery, of an Elixir app", project: .distilleryLegacy,
            manifest: .legacy(
                ["STORE_HOST": "db", "POOL_SIZE": "11", "MAX_PROCESSES": "300000", "EXTRA_FLAGS": ""],
                more: "build: {tool: distillery}"), needed: "STORE_USER"),
    ]

    @Test("it is tried, runs, is shown and joined; what it lacks is refused before a pod is touched", arguments: samples)
    func sample(_ sample: Sample) async throws {
        try await KubernetesTestbed.use { machine, namespace in
            var manifest = sample.manifest
            manifest.replicas = 2
            manifest.more += "\non: kubernetes\nnamespace: \(namespace)\nshutdown: {drain: 0s}\n"
            let folder = try await sample.project.copy(to: machine.home, manifest: manifest.text)
            let archive = machine.home + "/sample.tar"
            let image = "beamctl.local/sample:\(namespace)"
            let built = try await machine.beamctl(
                [
                    "build", "--no-build", "--tag", image, "--output", archive, "--base", try KubernetesTestbed.chosenBase(),
                ], in: folder, within: .seconds(300))
            try #require(built.code == 0, "\(built)")
            try await KubernetesTestbed.give(archive)
            let deployed = try await machine.beamctl(["deploy", "--image", image], in: folder, within: .seconds(180))
            try #require(deployed.code == 0, "\(deployed)")
            #expect(deployed.errors.contains("the release boots with it"), "\(deployed)")
            #expect(deployed.errors.contains("2/2 nodes meshed"), "\(deployed)")
            let nodes = try await machine.beamctl("nodes", "--json", in: folder)
            let report = try JSONDecoder().decode(NodesReport.self, from: Data(nodes.output.utf8))
            #expect(report.mesh.full && report.nodes.count == 2, "\(nodes)")
            let joined = try await machine.beamctl(
                ["attach", "--", "erl", "-noshell", "-eval", "io:format(\"sees ~p~n\", [length(nodes(hidden))]), halt()."],
                in: folder, within: .seconds(60))
            #expect(joined.output.contains("sees 2"), "\(joined)")

            try SampleProject.write(manifest.without(sample.needed).text, to: folder)
            let refused = try await machine.beamctl(["deploy", "--image", image], in: folder, within: .seconds(120))
            #expect(refused.code == 1 && refused.errors.contains(sample.needed), "\(refused)")
            #expect(refused.errors.contains("does not boot with this configuration"), "\(refused)")
            let history = try await machine.beamctl("history", in: folder)
            #expect(!history.output.contains("\n2 "), "\(history)")
        }
    }

    @Test("a release of OTP 27 is tried, runs, is shown and joined, from the OTP of this machine and from its own")
    func otp27() async throws {
        try await OTP.otp27.require()
        let script = try #require(OTP.script).path
        try await KubernetesTestbed.use { machine, namespace in
            let manifest = ManifestText.hello(
                replicas: 2, extra: "on: kubernetes\nnamespace: \(namespace)\nshutdown: {drain: 0s}\n")
            let folder = machine.home + "/hello"
            try await SampleProject.shell(
                """
                cd '\(machine.home)' && mkdir hello
                tar cf - -C '\(Programs.checkout)/samples/hello' --exclude=./_build . | tar xf - -C hello
                tar cf base.tar -C "$('\(script)')" --exclude=./proc --exclude=./dev --exclude=./sys --exclude=./var --exclude=./tmp \
                    --exclude=./usr/lib/erlang --exclude=./usr/lib/elixir --exclude=./usr/share .
                cd hello && HOME="$PWD" LANG=C.UTF-8 MIX_ENV=prod '\(script)' mix release --overwrite --quiet
                """)
            try SampleProject.write(manifest, to: folder)
            let image = "beamctl.local/otp27:\(namespace)"
            let built = try await machine.beamctl(
                [
                    "build", "--no-build", "--tag", image, "--output", machine.home + "/otp27.tar", "--base",
                    machine.home + "/base.tar",
                ], in: folder, within: .seconds(300))
            try #require(built.code == 0 && built.errors.contains("OTP 27"), "\(built)")
            try await KubernetesTestbed.give(machine.home + "/otp27.tar")
            let deployed = try await machine.beamctl(["deploy", "--image", image], in: folder, within: .seconds(180))
            try #require(deployed.code == 0 && deployed.errors.contains("the release boots with it"), "\(deployed)")
            let nodes = try await machine.beamctl("nodes", "--json", in: folder)
            let report = try JSONDecoder().decode(NodesReport.self, from: Data(nodes.output.utf8))
            #expect(report.mesh.full && report.nodes.count { $0.otp == "27" } == 2, "\(nodes)")
            for erl in [["erl"], [script, "erl"]] {
                let sees =
                    #"io:format("~p~n", [[rpc:call(N, erlang, system_info, [otp_release]) || N <- nodes(hidden)]]), halt()."#
                // The other system sees the folder in which the command runs, and nothing else of this one.
                let joined = try await Command(
                    Programs.beamctl,
                    ["attach", "hello", "-n", namespace, "--on", "kubernetes", "--"] + erl + ["-noshell", "-eval", sees],
                    environment: machine.environment, directory: machine.home
                ).run(within: .seconds(60))
                #expect(joined.output == "[\"27\",\"27\"]\n", "\(joined)")
            }
        }
    }
}
