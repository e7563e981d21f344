import FleetModel
import Foundation
import Testing

@testable import LocalPlatform

@Suite("settings and secrets of an app")
struct SettingsTests {
    private func change(
        _ change: SettingsChange, deploys: Bool = true, id: String? = nil, on daemon: TestDaemon
    ) async throws -> SettingsOutcome {
        try await daemon.fleet.changeSettings(
            of: Sample.key,
            SettingsRequest(change: change, deploys: deploys, origin: RevisionOrigin(user: "tester@here"), id: id))
    }

    private func environments(_ bench: Bench) -> [[String: String]] {
        bench.machine.now.beams.values.filter(\.isRunning).map(\.environment.variables)
    }

    @Test("a change makes a revision, and every replica is replaced by one that has it")
    func rollsOut() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        try await daemon.complete()
        let outcome = try await change(SettingsChange(env: ["A": "1"], secrets: ["PASS": "hunter2"]), on: daemon)
        #expect(outcome.revision?.number == 2)
        #expect(outcome.revision?.settings == Settings(env: ["A": "1"], secrets: ["PASS": 1]))
        try await daemon.status("revision 2 everywhere") { status in
            status.rollout.isComplete && status.replicas.allSatisfy { $0.revision == 2 }
        }
        #expect(environments(bench) == [["A": "1", "PASS": "hunter2"], ["A": "1", "PASS": "hunter2"]])
    }

    @Test("what is kept for the next deploy touches no replica, survives the daemon, and is in the next revision")
    func kept() async throws {
        let bench = try Bench()
        let first = try await bench.daemon()
        _ = try await first.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        try await first.complete()
        let outcome = try await change(SettingsChange(env: ["A": "1"], secrets: ["PASS": "x"]), deploys: false, on: first)
        #expect(outcome.revision == nil)
        await first.die()

        let second = try await bench.daemon()
        let report = try await second.fleet.settings(of: Sample.key)
        #expect(report.settings == Settings(env: ["A": "1"], secrets: ["PASS": 1]) && report.deployed == Settings())
        #expect(report.secretsSetAt["PASS"] != nil)
        let revision = try await second.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        #expect(revision.settings == report.settings)
    }

    @Test("secrets can be set before an app is deployed; a deploy whose secrets are missing is refused and names them")
    func declared() async throws {
        let daemon = try await Bench().daemon()
        var spec = Sample.spec(web: 1)
        spec.secrets = ["SECRET_KEY_BASE"]
        spec.env = ["URL": "db://${secret:PASS}@host"]
        let refused = await #expect(throws: PlatformError.self) { try await daemon.fleet.deploy(Sample.request(spec)) }
        #expect(refused?.message == "these secrets of 'hello' are not set: PASS, SECRET_KEY_BASE")
        _ = try await change(SettingsChange(secrets: ["PASS": "a", "SECRET_KEY_BASE": "b"]), on: daemon)
        #expect(try await daemon.fleet.deploy(Sample.request(spec)).number == 1)
        try await daemon.complete()
        let unset = await #expect(throws: PlatformError.self) {
            try await change(SettingsChange(unsetSecrets: ["PASS"]), on: daemon)
        }
        #expect(unset?.message == "the secret PASS of 'hello' is not set")
        #expect(try await daemon.fleet.settings(of: Sample.key).settings.secrets.count == 2)
    }

    @Test("a new value of a secret is a new version; an older revision's replicas keep theirs")
    func versions() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await change(SettingsChange(secrets: ["PASS": "one"]), on: daemon)
        let revision = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        try await daemon.complete()
        _ = try await change(SettingsChange(secrets: ["PASS": "two"]), deploys: false, on: daemon)
        let name = try #require(try await daemon.fleet.status(of: Sample.key).replicas.first?.name)
        bench.machine.end(name, signal: 9)
        try await daemon.status("it runs again") { $0.replicas.first?.restarts == 1 && $0.rollout.isComplete }
        #expect(revision.settings?.secrets == ["PASS": 1])
        #expect(environments(bench) == [["PASS": "one"]])
    }

    @Test("a request that arrives twice makes one revision")
    func twice() async throws {
        let daemon = try await Bench().daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        for _ in 1...2 {
            let outcome = try await change(SettingsChange(env: ["A": "1"]), id: "same", on: daemon)
            #expect(outcome.revision?.number == 2)
        }
    }

    @Test("what cannot be set or unset changes nothing, and the value is in no error")
    func refused() async throws {
        let daemon = try await Bench().daemon()
        let wishes = [
            SettingsChange(env: ["1A": "hunter2"]), SettingsChange(env: ["A": "hunter2\u{0}"]),
            SettingsChange(env: ["B": "1"], unsetEnv: ["A"]), SettingsChange(secrets: ["A B": "hunter2"]),
            SettingsChange(secrets: ["B": "1"], unsetSecrets: ["A"]),
        ]
        for wish in wishes {
            let error = await #expect(throws: PlatformError.self) { try await change(wish, on: daemon) }
            #expect(error?.code == .invalidRequest && error?.message.contains("hunter2") == false)
        }
        #expect(try await daemon.fleet.settings(of: Sample.key).settings.isEmpty)
    }

    @Test("a variable that only beamctl can set keeps a deploy from being made")
    func reserved() async throws {
        let daemon = try await Bench().daemon()
        _ = try await change(SettingsChange(env: ["RELEASE_NODE": "x@y"]), on: daemon)
        let error = await #expect(throws: PlatformError.self) { try await daemon.fleet.deploy(Sample.request()) }
        #expect(error?.hint == "beamctl env unset hello RELEASE_NODE --no-deploy")
        #expect(try await daemon.fleet.deploy(Sample.request(Sample.spec(discovery: .none))).number == 1)
    }

    @Test("an app that is destroyed takes its settings with it")
    func destroyed() async throws {
        let daemon = try await Bench().daemon()
        _ = try await change(SettingsChange(env: ["A": "1"], secrets: ["PASS": "x"]), on: daemon)
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        try await daemon.complete()
        try await daemon.fleet.destroy(Sample.key)
        try await daemon.gone()
        #expect(try await daemon.fleet.settings(of: Sample.key).settings.isEmpty)
    }

    @Test("a trial has the environment that replicas would get, one for each that differs, and makes no replica")
    func preflight() async throws {
        let daemon = try await Bench().daemon()
        _ = try await change(SettingsChange(secrets: ["PASS": "hunter2"]), on: daemon)
        var spec = Sample.spec(web: 1)
        spec.env = ["URL": "db://${secret:PASS}"]
        spec.processes["worker"] = ProcessSpec(env: ["ROLE": "worker"])
        spec.processes["other"] = ProcessSpec()
        let preflight = try await daemon.fleet.preflight(
            PreflightRequest(
                namespace: "default", spec: spec, release: Sample.release(), change: SettingsChange(env: ["NEW": "1"])))
        #expect(Set(preflight.boots.keys) == ["other", "worker"])
        let worker = ["URL": "db://hunter2", "PASS": "hunter2", "ROLE": "worker", "NEW": "1"]
        #expect(preflight.boots["worker"]?.environment == worker)
        #expect(Set(preflight.secretValues) == ["db://hunter2", "hunter2"])
        #expect(await daemon.fleet.list(namespace: nil).isEmpty)
        #expect(try await daemon.fleet.settings(of: Sample.key).settings.env.isEmpty)
    }
}
