import BeamRelease
import FleetModel
import Foundation
import Testing

@testable import Deploying

@Suite("What manifest and settings show together")
struct ConfigCheckTests {
    private static let erts = RuntimeVersion("13.1.5") ?? RuntimeVersion("13.0")!

    private func check(_ change: (inout AppSpec) -> Void, secrets: [String: Int] = [:]) -> ConfigCheck {
        var spec = AppSpec(app: "shop", processes: ["web": ProcessSpec(replicas: 1, http: HTTPSpec(port: 4000))])
        change(&spec)
        let release = Release(
            root: "/nowhere", tool: .mix, name: "shop", version: "0.1.0", erts: Self.erts, includesERTS: true, otp: "25",
            elixir: "1.14.0", applications: [], files: ReleaseFiles())
        return ConfigCheck(release: release, spec: spec, namespace: "default", settings: Settings(secrets: secrets))
    }

    @Test("a value that a secret wins over is told, with where it stands")
    func covered() {
        let problems = check({ $0.env = ["SECRET_KEY_BASE": "mine", "OTHER": "x"] }, secrets: ["SECRET_KEY_BASE": 1])
            .coveredProblems
        #expect(
            problems.map(\.message) == [
                "SECRET_KEY_BASE is given (env, beamctl.yml), and the secret SECRET_KEY_BASE wins over it"
            ])
        #expect(
            problems.allSatisfy { $0.severity == .warning && $0.hint?.contains("secrets unset shop SECRET_KEY_BASE") == true })
    }

    @Test("PHX_HOST that is no host of the app's is told; as its host, or its own name, it is right")
    func host() {
        let wrong = check { $0.env = ["PHX_HOST": "shop.example.com"] }.hostProblems
        #expect(wrong.map(\.code) == [.hostNotRouted] && wrong.first?.hint?.contains("host: shop.example.com") == true)
        let right = check {
            $0.env = ["PHX_HOST": "shop.example.com"]
            $0.hosts = ["shop.example.com"]
        }
        #expect(right.hostProblems.isEmpty)
        #expect(check { $0.env = ["PHX_HOST": "shop.localhost"] }.hostProblems.isEmpty)
        #expect(check { _ in }.hostProblems.isEmpty)
    }

    @Test("a Phoenix app without http is told that nobody reaches it")
    func withoutHTTP() {
        var reads = RuntimeReads()
        reads.reads = [.init(name: "PHX_SERVER", line: 19, column: 4, isCertain: true, need: .optional)]
        #expect(check { $0.processes["web"]?.http = nil }.httpProblems(reads).map(\.code) == [.httpMissing])
        #expect(check { _ in }.httpProblems(reads).isEmpty)
        #expect(check { $0.processes["web"]?.http = nil }.httpProblems(nil).isEmpty)
    }
}
