import FleetModel
import FleetStore
import Foundation
import Testing

@Suite("store: settings and secrets")
struct SettingsTests {
    private static let sealed = SealedSecret(name: "PASS", version: 2, sealed: [0, 255, 10], setAt: Timestamp(milliseconds: 7))

    @Test("settings, secrets, the deployment and its revision come back as they were written, all at once")
    func roundTrip() throws {
        let file = try StoreFile()
        let settings = Settings(env: ["A": "größe\n\"'"], secrets: ["PASS": 2])
        var revision = Sample.revision(3)
        revision.settings = settings
        try file.open().save(
            settings, of: Sample.key, newSecrets: [Self.sealed], deployment: Sample.deployment(3), newRevision: revision)
        let store = try file.open()
        #expect(try store.settings() == [Sample.key: settings])
        #expect(try store.secret("PASS", version: 2, of: Sample.key) == Self.sealed)
        #expect(try store.newestVersion(ofSecret: "PASS", of: Sample.key) == 2)
        let state = try store.load()
        #expect(state.deployments == [Sample.deployment(3)] && state.revisions == [Sample.key: [revision]])
    }

    @Test("a write that fails in its middle leaves nothing of it behind")
    func allOrNothing() throws {
        let store = try StoreFile().open()
        try store.save(
            Settings(secrets: ["PASS": 2]), of: Sample.key, newSecrets: [Self.sealed], deployment: nil, newRevision: nil)
        // The same version again: its row is there.
        #expect(throws: StoreError.self) {
            try store.save(Settings(), of: Sample.key, newSecrets: [Self.sealed], deployment: nil, newRevision: nil)
        }
        #expect(try store.settings() == [Sample.key: Settings(secrets: ["PASS": 2])])
    }

    @Test("an app that is forgotten takes its settings with it, and nobody else's")
    func forgotten() throws {
        let store = try StoreFile().open()
        let other = AppKey(app: "hello")
        for key in [Sample.key, other] {
            try store.save(Settings(env: ["A": "1"]), of: key, newSecrets: [Self.sealed], deployment: nil, newRevision: nil)
        }
        try store.forget(Sample.key, clusters: [Sample.key.app])
        #expect(try store.settings() == [other: Settings(env: ["A": "1"])])
        #expect(try store.newestVersion(ofSecret: "PASS", of: Sample.key) == 0)
        #expect(try store.newestVersion(ofSecret: "PASS", of: other) == 2)
    }
}
