import FleetModel
import Foundation
import HTTPTransport
import Synchronization
import TestSupport
import Testing

@testable import DockerClient
@testable import LocalPlatform

@Suite("A container that the Engine could not remove")
struct HalfRemovedTests {
    private static let transport = HTTPTransport()
    private static let facts = """
        {"Id": "1", "Config": {}, "NetworkSettings": {"Networks": {}}, "HostConfig": {}, "State": {"Status": "dead",
         "Running": false, "Pid": 0, "ExitCode": 3, "OOMKilled": false, "Error": "", "FinishedAt": "2026-11-26T19:00:10.2Z"}}
        """

    @Test("it tells no log any more; it is removed again until it is gone, and what is told is how it ended")
    func removedAgain() async throws {
        let refusals = Mutex(2)
        let engine = try ScriptedEngine("127.94.9.3", 20_377) { request in
            if request.hasSuffix("/json") { return (200, Self.facts) }
            if request.hasSuffix("/logs") {
                return (409, #"{"message":"can not get logs from container which is dead or marked for removal"}"#)
            }
            guard request.hasPrefix("DELETE ") else { return (404, #"{"message":"no such file"}"#) }
            let isRefused = refusals.withLock { left in
                left -= 1
                return left >= 0
            }
            return isRefused ? (500, #"{"message":"unlinkat merged: device or resource busy"}"#) : (204, "")
        }
        defer { engine.end() }
        let folder = try Scratch()
        let life = ContainerLife(
            engine: DockerEngine(transport: Self.transport, host: try DockerHost("tcp://127.94.9.3:20377")), name: "x",
            slot: try Self.slot(folder), launch: nil, memoryBytes: nil)
        let states = Mutex<[ReplicaState]>([])
        try await within("its end") { await life.live { state in states.withLock { $0.append(state) } } }
        guard case .ended(let exit, _) = states.withLock({ $0.last }) else {
            Issue.record("it has not ended")
            return
        }
        #expect(exit.code == 3)
        #expect(engine.requests.filter { $0.hasPrefix("DELETE ") }.count == 3)
    }

    private static func slot(_ folder: Scratch) throws -> SlotDirectory {
        let key = AppKey(namespace: "default", app: "hello")
        let slot = Replica.Slot(address: "127.94.9.4", port: 20_000)
        let directory = SlotDirectory(
            home: try Home(path: folder.path),
            replica: Replica(
                name: "hello-web-1-aaaaa", key: key, process: "web", revision: 1, generation: 1, slot: slot, node: nil,
                createdAt: Timestamp(milliseconds: 0)))
        try directory.makeFolder()
        return directory
    }
}
