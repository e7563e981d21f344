import FleetModel
import Foundation
import Glibc
import ProcessTree
import TestSupport
import Testing

@testable import LocalPlatform

/// Replicas as real processes under real keepers; the BEAM is played by a script that sleeps.
@Suite("replicas as processes", .serialized)
struct ProcessRuntimeTests {
    private let scratch: Scratch
    private let home: Home
    private let runtime: ProcessRuntime
    private let replica = Sample.replica("hello-web-1-aaaaa")

    init() throws {
        scratch = try Scratch()
        home = try Home(path: scratch.path)
        try home.prepare()
        try SleepingRelease.write(at: "\(home.releases)/\(Sample.digest)")
        runtime = ProcessRuntime(home: home, network: try LoopbackNetwork("127.94.0.0/16"), keeper: KeptSlot.keeper)
    }

    private var revision: Revision {
        Revision(
            number: 1, release: Sample.release(), spec: Sample.spec(), origin: RevisionOrigin(user: "tester@here"),
            createdAt: Timestamp(milliseconds: 0))
    }

    private func start() async throws -> (beam: any RunningReplica, pid: Int32) {
        let beam = try runtime.start(replica, of: revision, ReplicaInputs(cookie: Sample.cookie))
        let state = try await next(beam.states, "the start")
        guard case .running(let pid) = state else { throw TimedOut(waitingFor: "the start", lastSeen: "\(state as Any)") }
        return (beam, pid)
    }

    private func end(_ beam: any RunningReplica) async throws {
        beam.kill()
        _ = try await next(beam.states, "the end")
    }

    /// Another daemon's view.
    private func found() throws -> FoundReplica {
        ProcessRuntime(home: home, network: runtime.network, keeper: runtime.keeper).find(replica)
    }

    @Test("a replica is started, found by another daemon as the same process, stopped, found ended, and removed")
    func life() async throws {
        guard case .absent = try found() else { throw TimedOut(waitingFor: "absence", lastSeen: "something") }
        let (_, pid) = try await start()
        guard case .running(let adopted, let foundPID) = try found() else {
            throw TimedOut(waitingFor: "a replica that runs", lastSeen: "something else")
        }
        #expect(foundPID == pid)
        adopted.stop(grace: .seconds(30), isBooting: true)
        let state = try await next(adopted.states, "the end")
        guard case .ended(let exit, nil) = state else { throw TimedOut(waitingFor: "the end", lastSeen: "\(state as Any)") }
        #expect(exit.signal == SIGTERM)
        #expect(try await next(adopted.states, "the keeper's end") == nil)
        guard case .ended(let written) = try found() else { throw TimedOut(waitingFor: "an end", lastSeen: "something else") }
        #expect(written == exit)
        try runtime.remove(replica, at: Timestamp(milliseconds: 1))
        #expect(!FileManager.default.fileExists(atPath: SlotDirectory(home: home, replica: replica).path))
        guard case .absent = try found() else { throw TimedOut(waitingFor: "absence", lastSeen: "something") }
    }

    @Test("a BEAM whose keeper was killed is ended before anything else is started in its slot")
    func keeperKilled() async throws {
        let (beam, pid) = try await start()
        let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = stat.split(separator: ")").last?.split(separator: " ")
        let keeper = try #require(fields.flatMap { pid_t($0[1]) })
        kill(keeper, SIGKILL)
        #expect(try await next(beam.states, "the stream's end") == nil)
        let after = try found()
        guard case .ended(nil) = after else { throw TimedOut(waitingFor: "an end that nobody saw", lastSeen: "\(after)") }
        #expect(ProcessStat.startTime(of: pid) == nil)
        let (again, second) = try await start()
        #expect(second != pid)
        try await end(again)
    }

    @Test("neither secrets nor logs can be read by others, and the cookie is in no argument and no variable")
    func secrets() async throws {
        let (beam, pid) = try await start()
        let folder = SlotDirectory(home: home, replica: replica).path
        for name in try #require(FileManager.default.enumerator(atPath: folder)).compactMap({ $0 as? String }) {
            let mode = try #require(
                try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0, "\(name)")
        }
        // Its script becomes another program, and while it does its arguments and its environment read as empty.
        try await within("the program that the script becomes") {
            while FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") != Data("sleep\0600\0".utf8) {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        let parents = ["/proc/\(pid)/cmdline", "/proc/\(pid)/environ"]
        for file in parents {
            let bytes = try #require(FileManager.default.contents(atPath: file))
            #expect(!bytes.isEmpty && bytes.firstRange(of: Data(Sample.cookie.utf8)) == nil, "\(file)")
        }
        #expect(try String(contentsOfFile: folder + "/home/.erlang.cookie", encoding: .utf8) == Sample.cookie)
        let environment = String(decoding: FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data(), as: UTF8.self)
        #expect(environment.contains("PORT=20000\0") && environment.contains("HOME=\(folder)/home\0"))
        try await end(beam)
    }

    @Test("a release is there or not, and goes when it is removed")
    func releases() throws {
        #expect(runtime.has(release: Sample.digest))
        #expect(!runtime.has(release: String(repeating: "0", count: 64)))
        try runtime.remove(release: Sample.digest)
        #expect(!runtime.has(release: Sample.digest))
    }

    @Test("a release that has gone is named when it is to be started")
    func missingRelease() throws {
        try runtime.remove(release: Sample.digest)
        #expect(throws: (any Error).self) { try runtime.start(replica, of: revision, ReplicaInputs(cookie: Sample.cookie)) }
        guard case .absent = try found() else { throw TimedOut(waitingFor: "absence", lastSeen: "something") }
    }
}
