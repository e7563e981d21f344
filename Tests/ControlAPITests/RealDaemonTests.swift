import ControlAPI
import FleetModel
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("control API: a real daemon", .serialized)
struct RealDaemonTests {
    @Test("it says what it is, and where")
    func status() async throws {
        try await DaemonFixture.run { daemon in
            let status = try await daemon.client.daemonStatus()
            #expect(status.api == ControlRoute.version)
            #expect(status.socket == daemon.home + "/beamctl.sock")
            #expect(status.network == daemon.network)
            #expect(status.dns == daemon.network.replacing("0/24", with: "1:5380"))
            #expect(status.apps == 0 && status.replicas == 0)
            #expect(try await daemon.client.list(namespace: nil) == [])
            let modes = try [daemon.home, status.socket, daemon.home + "/state.sqlite"].map {
                try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int
            }
            #expect(modes == [0o700, 0o600, 0o600])
        }
    }

    @Test("an app that it does not know is refused with a code and a way out")
    func unknownApp() async throws {
        try await DaemonFixture.run { daemon in
            let key = AppKey(namespace: "staging", app: "nothing")
            let expected = PlatformError.noApp(key, hint: "beamctl list -n staging")
            let status = await #expect(throws: PlatformError.self) { try await daemon.client.status(of: key) }
            #expect(status == expected)
            let destroy = await #expect(throws: PlatformError.self) { try await daemon.client.destroy(key) }
            #expect(destroy == expected)
            let watch = await #expect(throws: PlatformError.self) { for try await _ in daemon.client.watch(key) {} }
            #expect(watch == expected)
            let logs = await #expect(throws: PlatformError.self) { for try await _ in daemon.client.logs(of: key, LogQuery()) {} }
            #expect(logs == expected)
        }
    }

    @Test("a release that is not there is refused before anything is written down")
    func missingRelease() async throws {
        try await DaemonFixture.run { daemon in
            var request = Sample.request()
            request.release.digest = String(repeating: "f", count: 64)
            let error = await #expect(throws: PlatformError.self) { try await daemon.client.deploy(request) }
            #expect(error?.code == .invalidRequest)
            let apps = try await daemon.client.list(namespace: nil)
            #expect(apps == [])
        }
    }

    @Test("a deploy is started for real, told as it goes, and a destroy returns when nothing of it is left")
    func deployAndDestroy() async throws {
        try await DaemonFixture.run { daemon in
            #expect(try await daemon.client.deploy(Sample.request(web: 2)).number == 1)
            let pids = try await within("two that run") {
                for try await status in daemon.client.watch(Sample.key) {
                    let pids = status.replicas.compactMap(\.pid)
                    if pids.count == 2 { return pids }
                }
                return []
            }
            #expect(pids.allSatisfy { kill($0, 0) == 0 })
            try await daemon.client.destroy(Sample.key)
            #expect(pids.allSatisfy { kill($0, 0) != 0 }, "destroy returned while a BEAM was there")
            #expect(try await daemon.client.list(namespace: nil) == [])
            #expect(try FileManager.default.contentsOfDirectory(atPath: daemon.home + "/replicas/default") == [])
        }
    }

    @Test("a watch goes on after the daemon was killed, and a daemon is started for it")
    func watchSurvives() async throws {
        try await DaemonFixture.run { daemon in
            _ = try await daemon.client.deploy(Sample.request())
            let (revisions, saw) = AsyncStream.makeStream(of: Int.self)
            let watching = Task {
                for try await status in daemon.client.watch(Sample.key) { saw.yield(status.revision.number) }
                saw.finish()
            }
            func until(_ number: Int) async throws {
                try await within("revision \(number)") {
                    for await revision in revisions where revision == number { return }
                    throw TimedOut(waitingFor: "revision \(number): the watch has ended")
                }
            }
            try await until(1)
            try await daemon.kill()
            #expect(try await daemon.client.deploy(Sample.request()).number == 2)
            try await until(2)
            #expect(daemon.starts >= 2)
            watching.cancel()
        }
    }

    @Test(
        "a request that makes no sense is refused, and is no crash",
        arguments: [
            ("POST", "/v1/apps", "", "version_mismatch"), ("POST", "/v1/apps", "{}", "version_mismatch"),
            ("POST", "/v1/apps", "[1,2", "version_mismatch"), ("GET", "/v1/nowhere", "", "invalid_request"),
            ("GET", "/v2/apps", "", "invalid_request"), ("PATCH", "/v1/apps", "", "invalid_request"),
            ("GET", "/v1/namespaces/..%2f../apps/x", "", "invalid_request"),
            ("GET", "/v1/namespaces/default/apps/Hello", "", "invalid_request"),
            ("PUT", "/v1/namespaces/default/apps/hello/scale", #"{"replicas":"two"}"#, "version_mismatch"),
            ("POST", "/v1/namespaces/default/apps/hello/call", #"{"kind":"shutdown"}"#, "version_mismatch"),
        ])
    func nonsense(method: String, path: String, body: String, code: String) async throws {
        try await DaemonFixture.run { daemon in
            let answer = try daemon.send(method, path, body)
            #expect((400...499).contains(answer.status), "\(answer)")
            #expect(answer.body.contains(#""code":"\#(code)""#), "\(answer)")
            #expect(try await daemon.client.daemonStatus().apps == 0)
        }
    }

    @Test("a request that is too large is refused, and is no crash")
    func tooLarge() async throws {
        try await DaemonFixture.run { daemon in
            let answer = try? daemon.send("POST", "/v1/apps", String(repeating: " ", count: 5 << 20))
            #expect(answer.map { (400...499).contains($0.status) } ?? true)
            let status = try await daemon.client.daemonStatus()
            #expect(status.apps == 0)
        }
    }

    @Test(
        "a deploy is refused when its names are none: they would name files",
        arguments: [("..", "hello"), ("default", "../../x"), ("default", "A B"), ("", "x")])
    func badNames(namespace: String, app: String) async throws {
        try await DaemonFixture.run { daemon in
            let error = await #expect(throws: PlatformError.self) {
                try await daemon.client.deploy(Sample.request(app, namespace: namespace))
            }
            #expect(error?.code == .invalidRequest)
            let status = try await daemon.client.daemonStatus()
            #expect(status.apps == 0)
        }
    }

    @Test("a negative number of lines is no crash")
    func negativeTail() async throws {
        try await DaemonFixture.run { daemon in
            _ = try await daemon.client.deploy(Sample.request())
            let pid = try await daemon.client.daemonStatus().pid
            do { for try await _ in daemon.client.logs(of: Sample.key, LogQuery(tail: -1)) {} } catch is PlatformError {}
            #expect(try await daemon.client.daemonStatus().pid == pid)
        }
    }

    @Test("a second deploy is told who holds the lock, and has it when the first lets go or is gone")
    func lock() async throws {
        try await DaemonFixture.run { daemon in
            func take(_ who: String) -> (heard: AsyncStream<LockHolder?>, task: Task<Void, any Error>) {
                let (heard, hear) = AsyncStream.makeStream(of: LockHolder?.self)
                let holder = LockHolder(who: who, since: Timestamp(milliseconds: 1))
                let task = Task {
                    for try await state in daemon.client.deployLock(Sample.key, holder: holder) { hear.yield(state) }
                    hear.finish()
                }
                return (heard, task)
            }
            func next(_ stream: AsyncStream<LockHolder?>) async throws -> LockHolder? {
                try await within("a word on the lock") {
                    for await word in stream { return word }
                    throw TimedOut(waitingFor: "a word: the stream has ended")
                }
            }
            let one = take("one")
            let ours = try await next(one.heard)
            #expect(ours == nil)
            let two = take("two")
            let holder = try await next(two.heard)
            #expect(holder?.who == "one")
            one.task.cancel()
            let free = try await next(two.heard)
            #expect(free == nil)
            two.task.cancel()
        }
    }

    @Test("a daemon ends when it is told to although somebody watches, and tells nobody that the app is gone")
    func endsWhileWatched() async throws {
        try await DaemonFixture.run { daemon in
            _ = try await daemon.client.deploy(Sample.request())
            let (words, said) = AsyncStream.makeStream(of: String.self)
            let watching = Task {
                for try await _ in daemon.client.watch(Sample.key) { said.yield("status") }
                said.yield("end")
            }
            func hear(_ word: String) async throws {
                try await within(word) { for await next in words where next == word { return } }
            }
            try await hear("status")
            #expect(try await daemon.terminate() == 0)
            // The watch goes on: it asks for a new daemon, which knows the app.
            try await hear("status")
            #expect(try await daemon.client.status(of: Sample.key).revision.number == 1)
            watching.cancel()
        }
    }

    @Test("a second daemon of the same home is refused while the first lives")
    func secondDaemon() async throws {
        try await DaemonFixture.run { daemon in
            let pid = try await daemon.client.daemonStatus().pid
            await #expect(throws: (any Error).self) { try await daemon.startAnother() }
            #expect(try await daemon.client.daemonStatus().pid == pid)
        }
    }
}
