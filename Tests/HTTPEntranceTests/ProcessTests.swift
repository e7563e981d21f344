import Foundation
import Glibc
import HTTPEntrance
import NIOCore
import NIOPosix
import ProcessControl
import Synchronization
import TestSupport
import Testing

@Suite("The entrance's process", .timeLimit(.minutes(1)))
struct ProcessTests {
    /// A `beamctl-entrance` with a folder of its own.
    private final class Fixture: Sendable {
        let folder: URL
        let port: Int
        private let running = Mutex<[Int32]>([])

        init() throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "beamctl-ent-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            // One that nobody listens on, below those that the system gives to connections: it stays free between two starts.
            var candidate = 0
            repeat { candidate = .random(in: 10_000..<32_000) } while (try? Wire(to: candidate)) != nil
            port = candidate
        }

        func launch(_ more: [String] = []) throws -> Spawned {
            let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
                .appending(path: "beamctl-entrance")
            let process = try Spawned(
                [program.path, "--directory", folder.path, "--listen", "127.0.0.1:\(port)", "--version", "1.2.3"] + more)
            running.withLock { $0.append(process.pid) }
            return process
        }

        func start() async throws -> Spawned {
            let process = try launch()
            try #require(await process.line(containing: "listening on") != nil)
            return process
        }

        func client() async throws -> EntranceClient {
            try await EntranceClient.connect(
                socketPath: folder.appending(path: "entrance.sock").path, on: MultiThreadedEventLoopGroup.singleton)
        }

        func get() throws -> Message? {
            let wire = try Wire(to: port)
            try wire.send("GET / HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
            return try Message.read(wire)
        }

        deinit {
            for pid in running.withLock({ $0 }) where waitpid(pid, nil, WNOHANG) == 0 { kill(pid, SIGKILL) }
            try? FileManager.default.removeItem(at: folder)
        }
    }

    private func table(_ serial: UInt32, _ replica: TestReplica) -> RouteTable {
        RouteTable(serial: serial, routes: [Route(app: "hello", hosts: ["hello.localhost"], endpoints: [replica.endpoint])])
    }

    @Test("it is told its routes over its socket, and used at once; its files are its user's alone")
    func told() async throws {
        let fixture = try Fixture()
        let replica = try TestReplica("hello-1") { _, wire in try wire.answer(body: "hi") }
        let process = try await fixture.start()
        #expect(try fixture.get()?.status == 404)
        let client = try await fixture.client()
        try await client.apply(table(7, replica))
        #expect(try fixture.get()?.body == "hi")
        let status = try await client.status()
        #expect(status.pid == process.pid && status.version == "1.2.3" && status.serial == 7)
        #expect(status.listeners == ["127.0.0.1:\(fixture.port)"] && status.requests == 2 && status.refused == 0)
        #expect(try await client.drain("hello-1", patience: .seconds(1)) == 0)
        for name in ["entrance.sock", "entrance.lock", "routes.json"] {
            let mode = try FileManager.default.attributesOfItem(atPath: fixture.folder.appending(path: name).path)[
                .posixPermissions]
            #expect(mode as? Int == 0o600, "\(name)")
        }
        await client.close()
    }

    @Test("killed, it uses its last routes again as soon as it listens")
    func killed() async throws {
        let fixture = try Fixture()
        let replica = try TestReplica("hello-1") { _, wire in try wire.answer(body: "hi") }
        let first = try await fixture.start()
        let client = try await fixture.client()
        try await client.apply(table(3, replica))
        kill(first.pid, SIGKILL)
        #expect(await first.exitCode() == -SIGKILL)
        _ = try await fixture.start()
        #expect(try fixture.get()?.body == "hi")
        #expect(try await fixture.client().status().serial == 3)
    }

    @Test("told to stop or terminated, it ends and takes its socket away; the access log is whole")
    func stops() async throws {
        let fixture = try Fixture()
        for end in [nil, SIGTERM, SIGINT] {
            let process = try await fixture.start()
            #expect(try fixture.get()?.status == 404)
            kill(process.pid, SIGHUP)
            if let end { kill(process.pid, end) } else { try await fixture.client().stop() }
            #expect(await process.exitCode() == 0)
            #expect(!FileManager.default.fileExists(atPath: fixture.folder.appending(path: "entrance.sock").path))
        }
        let lines = try String(contentsOf: fixture.folder.appending(path: "access.log"), encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 3)
    }

    @Test("a taken port, a second one in the same folder, routes that are none and wrong arguments are told")
    func refusals() async throws {
        let fixture = try Fixture()
        _ = try await fixture.start()
        #expect(try await fixture.launch().exitCode() == 75)
        let other = try Fixture()
        let taken = try other.launch(["--listen", "127.0.0.1:\(fixture.port)"])
        #expect(
            await taken.line(containing: "127.0.0.1:\(fixture.port) is taken by another process; stop what listens there") != nil)
        #expect(await taken.exitCode() == 69)
        try "{\"serial\": 1}".write(to: other.folder.appending(path: "routes.json"), atomically: true, encoding: .utf8)
        let garbled = try other.launch()
        #expect(await garbled.line(containing: "no \"routes\"; mend or remove the file") != nil)
        #expect(await garbled.exitCode() == 65)
        for words in [
            ["--listen"], ["--listen-https", "x"], ["--listen", "1.2.3:x"], ["--trust", "x"], ["--threads", "0"], ["--nonsense"],
        ] {
            #expect(try await other.launch(words).exitCode() == 64)
        }
    }

    @Test("HTTPS comes with a certificate, is there again after a kill, and its troubles stand in the status")
    func https() async throws {
        let certificates = try await TestCertificates()
        let replica = try TestReplica("hello-1") { _, wire in try wire.answer(body: "hi") }
        let (taken, port) = try Wire.listener()
        let fixture = try Fixture()
        let first = try fixture.launch(["--listen-https", "127.0.0.1:\(port)"])
        try #require(await first.line(containing: "listening on") != nil)
        let client = try await fixture.client()
        #expect(try await client.status().httpsListeners == [])
        var table = table(1, replica)
        table.certificates = [try await certificates.make("hello", ["DNS:hello.localhost"]), certificates.files("missing")]
        try await client.apply(table)
        let status = try await client.status()
        #expect(status.httpsListeners == [] && status.problems.count == 2)
        #expect(status.problems.last == "HTTPS: 127.0.0.1:\(port) is taken by another process")
        #expect(try fixture.get()?.body == "hi")
        close(taken)
        try await client.apply(table)
        #expect(try await client.status().httpsListeners == ["127.0.0.1:\(port)"])
        kill(first.pid, SIGKILL)
        #expect(await first.exitCode() == -SIGKILL)
        let second = try fixture.launch(["--listen-https", "127.0.0.1:\(port)"])
        try #require(await second.line(containing: "listening on") != nil)
        let wire = try Wire.overTLS(to: port, trust: certificates.authority)
        try wire.send("GET / HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
        #expect(try Message.read(wire)?.body == "hi")
    }

    @Test("it is told over its socket where to listen from now on; what cannot be is refused, and everything stays as it was")
    func configured() async throws {
        let fixture = try Fixture()
        _ = try await fixture.start()
        let client = try await fixture.client()
        let other = try Fixture().port
        var configuration = EntranceConfiguration(listen: [try SocketAddress(ipAddress: "127.0.0.1", port: other)])
        configuration.trusted = try TrustedProxies(trusting: "10.0.0.0/8")
        let status = try await client.configure(configuration)
        #expect(status.listeners == ["127.0.0.1:\(other)"])
        #expect(throws: Wire.Failure.self) { try Wire(to: fixture.port) }
        let (taken, port) = try Wire.listener()
        defer { close(taken) }
        configuration.listen.append(try SocketAddress(ipAddress: "127.0.0.1", port: port))
        let both = configuration
        let error = await #expect(throws: ControlError.self) { _ = try await client.configure(both) }
        #expect(error?.serverCode == "cannot_listen" && error?.message == "127.0.0.1:\(port) is taken by another process")
        #expect(try await client.status().listeners == ["127.0.0.1:\(other)"])
        await client.close()
    }

    @Test("routes that cannot be used are refused, and those before stay")
    func badRoutes() async throws {
        let fixture = try Fixture()
        let replica = try TestReplica("hello-1") { _, wire in try wire.answer(body: "hi") }
        _ = try await fixture.start()
        let client = try await fixture.client()
        try await client.apply(table(1, replica))
        let endpoint = Route.Endpoint(replica: "x", address: "not-an-address", port: 1)
        let bad = RouteTable(serial: 2, routes: [Route(app: "x", hosts: ["x"], endpoints: [endpoint])])
        let error = await #expect(throws: ControlError.self) { try await client.apply(bad) }
        #expect(error?.serverCode == "bad_routes" && error?.message == "routes: x: no IP address: not-an-address")
        #expect(try fixture.get()?.body == "hi")
        await client.close()
    }
}
