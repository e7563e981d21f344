import FleetModel
import Testing

@testable import LocalPlatform

@Suite("revisions and the way back")
struct HistoryTests {
    private static let other = String(repeating: "e2", count: 32)

    private func rollback(to number: Int? = nil, id: String? = nil, _ daemon: TestDaemon) async throws -> Revision {
        try await daemon.fleet.rollback(Sample.key, RollbackRequest(to: number, user: "tester@here", id: id))
    }

    private func deploy(_ digest: String, web: Int = 1, on daemon: TestDaemon) async throws {
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: web), digest: digest))
        try await daemon.complete()
    }

    @Test("the way back is a new revision with the older one's release, manifest and settings, and is rolled out")
    func back() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        try await deploy(Sample.digest, on: daemon)
        let change = SettingsRequest(
            change: SettingsChange(env: ["A": "1"], secrets: ["PASS": "x"]), deploys: true, origin: RevisionOrigin(user: "me"))
        _ = try await daemon.fleet.changeSettings(of: Sample.key, change)
        try await daemon.complete()
        try await deploy(Self.other, on: daemon)

        let revision = try await rollback(daemon)
        #expect(revision.number == 4 && revision.restores == 2 && revision.release.digest == Sample.digest)
        #expect(revision.settings == Settings(env: ["A": "1"], secrets: ["PASS": 1]))
        let status = try await daemon.complete()
        #expect(status.replicas.map(\.revision) == [4])
        #expect(bench.machine.now.beams.values.filter(\.isRunning).map(\.environment.variables) == [["A": "1", "PASS": "x"]])

        let first = try await rollback(to: 1, daemon)
        #expect(first.settings == Settings())
        #expect(try await daemon.fleet.settings(of: Sample.key).settings.isEmpty)
    }

    @Test(
        "what is set and kept for the next deploy is still kept after the way back; a revision of settings has its release's commit"
    )
    func keptForTheNext() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        var request = Sample.request(Sample.spec(web: 1))
        request.origin = RevisionOrigin(user: "tester@here", commit: String(repeating: "c", count: 40), isDirty: true)
        _ = try await daemon.fleet.deploy(request)
        try await daemon.complete()
        func set(_ env: [String: String], _ secrets: [String: String], deploys: Bool) async throws -> Revision? {
            let change = SettingsChange(env: env, secrets: secrets)
            let request = SettingsRequest(change: change, deploys: deploys, origin: RevisionOrigin(user: "me"))
            return try await daemon.fleet.changeSettings(of: Sample.key, request).revision
        }
        let made = try await set(["A": "1"], [:], deploys: true)
        #expect(made?.origin.commit == request.origin.commit && made?.origin.isDirty == true && made?.origin.user == "me")
        try await daemon.complete()
        _ = try await set(["A": "2", "B": "3"], ["PASS": "x"], deploys: false)
        let back = try await rollback(to: 1, daemon)
        #expect(back.settings == Settings())
        #expect(
            try await daemon.fleet.settings(of: Sample.key).settings == Settings(env: ["A": "2", "B": "3"], secrets: ["PASS": 1]))
    }

    @Test("without a number, a revision that never ran whole, or is the same as the wanted one, is passed over")
    func whichOne() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        try await deploy(Sample.digest, on: daemon)
        bench.machine.change { $0.manners.answers = false }
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1), digest: Self.other))
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1), digest: String(repeating: "f3", count: 32)))
        bench.machine.change { $0.manners.answers = true }
        let revision = try await rollback(daemon)
        #expect(revision.restores == 1)
        try await daemon.complete()
        let error = await #expect(throws: PlatformError.self) { try await rollback(daemon) }
        #expect(error?.message == "revision 1 of 'hello' ran whole, and is the same as what is wanted")
    }

    @Test("without an older revision that ran whole there is nothing to bring back")
    func none() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        try await deploy(Sample.digest, on: daemon)
        let error = await #expect(throws: PlatformError.self) { try await rollback(daemon) }
        #expect(error?.message == "'hello' has no older revision that ever ran whole")
    }

    @Test("as many replicas come back as the older manifest says, but for a process that was scaled since")
    func scaleOfManifests() {
        func spec(_ replicas: [String: Int]) -> AppSpec {
            var spec = Sample.spec(web: 1)
            let process = spec.processes["web"]
            spec.processes = replicas.mapValues { count in
                var one = process
                one?.replicas = count
                return one
            }.compactMapValues(\.self)
            return spec
        }
        let older = spec(["web": 3, "worker": 2, "mailer": 4])
        let present = spec(["web": 1, "worker": 1])
        var deployment = Deployment(key: Sample.key, revision: 2, scale: ["web": 1, "worker": 5])
        #expect(deployment.scale(bringingBack: older, after: present) == ["web": 3, "worker": 5, "mailer": 4])
        deployment.scale = ["web": 0, "worker": 1]
        #expect(deployment.scale(bringingBack: older, after: present) == ["web": 0, "worker": 2, "mailer": 4])
    }

    @Test("what was scaled since stays scaled, and a stopped app runs again")
    func scale() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        try await deploy(Sample.digest, on: daemon)
        try await deploy(Self.other, on: daemon)
        _ = try await daemon.fleet.scale(Sample.key, process: nil, replicas: 3)
        try await daemon.complete()
        try await daemon.fleet.stop(Sample.key)
        await daemon.fleet.untilNone(Sample.key)
        _ = try await rollback(daemon)
        #expect(try await daemon.complete().replicas.count == 3)
    }

    @Test("the history survives the daemon; a request that arrives twice makes one revision")
    func survives() async throws {
        let bench = try Bench()
        let first = try await bench.daemon()
        try await deploy(Sample.digest, on: first)
        try await deploy(Self.other, on: first)
        let before = try await first.fleet.history(of: Sample.key)
        #expect(before.revisions.map { $0.completedAt != nil } == [true, true] && before.wanted == 2)
        await first.die()
        let second = try await bench.daemon()
        #expect(try await second.fleet.history(of: Sample.key) == before)
        let numbers = [try await rollback(id: "same", second).number, try await rollback(id: "same", second).number]
        #expect(numbers == [3, 3])
    }

    @Test("what cannot be brought back is refused with the reason")
    func refused() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        try await deploy(Sample.digest, on: daemon)
        try await deploy(Self.other, on: daemon)
        for (number, message) in [
            (2, "revision 2 is the wanted one already"), (9, "'hello' has no revision 9"),
        ] {
            let error = await #expect(throws: PlatformError.self) { try await rollback(to: number, daemon) }
            #expect(error?.message == message && error?.hint == "beamctl history hello")
        }
        bench.machine.change { $0.manners.hasReleases = false }
        let error = await #expect(throws: PlatformError.self) { try await rollback(daemon) }
        #expect(error?.message == "the release of revision 1 is no longer kept: the newest 10 are")
    }

    @Test("of an app's revisions the newest keep their release, and so does one that a replica still runs")
    func kept() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        try await deploy(Sample.digest, on: daemon)
        bench.machine.change { $0.manners.answers = false }
        var digests: [String] = []
        for number in 0..<Revision.kept + 2 {
            let digest = String(repeating: String(10 + number), count: 32)
            digests.append(digest)
            _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1), digest: digest))
        }
        let needed = await daemon.fleet.neededReleases
        #expect(needed.contains(Sample.digest))
        #expect(digests.suffix(Revision.kept).allSatisfy(needed.contains))
        #expect(!needed.contains(digests[0]))
    }
}
