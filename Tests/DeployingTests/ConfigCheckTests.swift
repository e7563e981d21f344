import FleetModel
import Testing

@testable import BeamRelease
@testable import Deploying

@Suite("What manifest and settings show together")
struct ConfigCheckTests {
    private func check(_ change: (inout AppSpec) -> Void, secrets: [String: Int] = [:]) throws -> ConfigCheck {
        var spec = AppSpec(app: "shop", processes: ["web": ProcessSpec(replicas: 1, http: HTTPSpec(port: 4000))])
        change(&spec)
        let release = Release(
            root: "/nowhere", tool: .mix, name: "shop", version: "0.1.0", erts: try #require(RuntimeVersion("13.1.5")),
            includesERTS: true, otp: "25",
            elixir: "1.14.0", applications: [], files: ReleaseFiles())
        return ConfigCheck(release: release, spec: spec, namespace: "default", settings: Settings(secrets: secrets))
    }

    @Test("a value that a secret wins over is told, with where it stands")
    func covered() throws {
        let problems = try check({ $0.env = ["SECRET_KEY_BASE": "mine", "OTHER": "x"] }, secrets: ["SECRET_KEY_BASE": 1])
            .coveredProblems
        #expect(
            problems.map(\.message) == [
                "SECRET_KEY_BASE is given (env, beamctl.yml), and the secret SECRET_KEY_BASE wins over it"
            ])
        #expect(
            problems.allSatisfy { $0.severity == .warning && $0.hint?.contains("secrets unset shop SECRET_KEY_BASE") == true })
    }

    @Test("PHX_HOST that is no host of the app's is told; as its host, or its own name, it is right")
    func host() throws {
        let wrong = try check { $0.env = ["PHX_HOST": "shop.example.com"] }.hostProblems
        #expect(wrong.map(\.code) == [.hostNotRouted])
        #expect(wrong.allSatisfy { $0.hint?.contains("host: shop.example.com") == true })
        let right = try check {
            $0.env = ["PHX_HOST": "shop.example.com"]
            $0.hosts = ["shop.example.com"]
        }
        #expect(right.hostProblems.isEmpty)
        #expect(try check { $0.env = ["PHX_HOST": "shop.localhost"] }.hostProblems.isEmpty)
        #expect(try check { _ in }.hostProblems.isEmpty)
    }

    @Test("a variable that is made of a secret which is not set is not given, and the secret is what is missing")
    func incomplete() throws {
        func findings(_ secrets: [String: Int]) throws -> ConfigFindings {
            try check({ $0.env = ["DATABASE_URL": "ecto://app:${secret:PASSWORD}@db/shop", "OTHER": "x"] }, secrets: secrets)
                .findings(RuntimeReads())
        }
        func state(_ findings: ConfigFindings, _ name: String) -> VariableFinding.State? {
            findings.variables.first { $0.name == name }?.state
        }
        let without = try findings([:])
        #expect(state(without, "DATABASE_URL") == .incomplete && state(without, "OTHER") != .incomplete)
        #expect(
            without.problems.filter { $0.severity == .error }.map(\.message) == [
                "the secret PASSWORD, which DATABASE_URL is made of, has no value"
            ])
        let with = try findings(["PASSWORD": 1])
        #expect(state(with, "DATABASE_URL") != .incomplete && !with.problems.contains { $0.severity == .error })
    }

    @Test("a container is told the manifest's port and an address of its own network, a process what it gets on this machine")
    func places() throws {
        var container = try check {
            $0.runtime = .docker
            $0.processes["web"]?.http = HTTPSpec(port: 4001)
        }
        container.addresses = ConfigCheck.Addresses(replica: "10.127.3.11", nameServer: "10.127.3.1")
        let given = container.platformVariables("web")
        #expect(given["PORT"] == "4001" && given["HOME"]?.hasPrefix("/run/beamctl") == true, "\(given)")
        #expect(given.values.contains { $0.contains("10.127.3.11") }, "\(given)")
        #expect(!given.values.contains { $0.contains("127.88.") || $0.contains("/replicas/") }, "\(given)")
        #expect(try check { _ in }.platformVariables("web")["PORT"] == "20000")
    }

    @Test("a boot that was killed for want of memory says so, and how much it was allowed")
    func outOfMemory() {
        let outcome = ProgramRun.Outcome(
            isSuccess: false, description: "exited with 137",
            output: ["** (ErlangError) x", OutOfMemory.line(limit: 64 << 20)])
        let failure = ConfigFailure("web", outcome, hiding: Redactor([]))
        #expect(failure.description == "its boot was killed: out of memory: resources.memory allows 64 MiB")
        #expect(failure.outOfMemory != nil)
        let other = ProgramRun.Outcome(isSuccess: false, description: "exited with 137", output: ["beamctl: something else"])
        #expect(ConfigFailure("web", other, hiding: Redactor([])).outOfMemory == nil)
    }

    @Test("a Phoenix app without http is told that nobody reaches it")
    func withoutHTTP() throws {
        var reads = RuntimeReads()
        reads.reads = [.init(name: "PHX_SERVER", line: 19, column: 4, isCertain: true, need: .optional)]
        let silent = try check { $0.processes["web"]?.http = nil }
        #expect(silent.httpProblems(reads).map(\.code) == [.httpMissing])
        #expect(silent.httpProblems(nil).isEmpty)
        #expect(try check { _ in }.httpProblems(reads).isEmpty)
    }
}
