import ControlAPI
import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("the control API's client and a daemon that says nothing")
struct SignOfLifeTests {
    @Test("a daemon that takes requests and answers none is not waited for, whatever was asked")
    func silent() async throws {
        try await withClient([.silence], patience: .milliseconds(100)) { client, slot in
            let asked = await #expect(throws: PlatformError.self) { try await client.status(of: AppKey(app: "hello")) }
            #expect(asked?.code == .unresponsive)
            // Some take as long as replicas take to end.
            let stopped = await #expect(throws: PlatformError.self) { try await client.stop(AppKey(app: "hello")) }
            #expect(stopped?.code == .unresponsive)
            let watched = await #expect(throws: PlatformError.self) {
                for try await _ in client.watch(AppKey(app: "hello")) {}
            }
            #expect(watched?.code == .unresponsive)
            #expect(slot.timesRevived == 0)
        }
    }

    @Test("an answer that takes long is waited for, as long as the daemon gives a sign of life")
    func slow() async throws {
        let intake = String(decoding: try JSONEncoder().encode(ReleaseIntake.directory("/releases")), as: UTF8.self)
        try await withClient([.silence, .json(intake)], patience: .milliseconds(50)) { client, slot in
            let waiting = Task { try await client.stop(AppKey(app: "hello")) }
            try await within("several signs of life") {
                while slot.requests.count < 5 { try await Task.sleep(for: .milliseconds(10)) }
            }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
    }
}
