import FleetModel
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The entrance", .serialized)
struct EntranceTests {
    private static func manifest(_ more: String = "") -> String {
        """
        app: phoenix-like
        replicas: 2
        http:
          health: /health
        env:
          DATABASE_URL: file:///dev/null
        \(more)
        """
    }

    private static let name = "phoenix-like.localhost"

    @Test("an app as Phoenix's generator leaves it needs no more than its database: the rest is given or made")
    func firstDay() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.phoenixLike.copy(
                to: machine.home, manifest: Self.manifest("  FORCE_SSL: \"true\"\nhost: [Shop.example, www.shop.example]"))
            let first = try await machine.beamctl("deploy", project, "--no-build")
            try #require(first.code == 0, "\(first)")
            #expect(first.errors.contains("SECRET_KEY_BASE made, as none was given: 64 random characters"))
            #expect(first.output.contains("phoenix-like is up: http://shop.example:8080"))
            let entrance = try await machine.entrance(Self.name)
            try await machine.until("the entrance knows it") { try entrance.get("/health").status == 200 }

            // Through the entrance: what came from outside, in base 64.
            let config = try entrance.get("/config").body
            let values = config.split(separator: "\n").reduce(into: [String: String]()) { values, line in
                let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
                values[parts[0]] = Data(base64Encoded: parts.count > 1 ? parts[1] : "").map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            #expect(values.values.contains("shop.example"), "PHX_HOST: \(values)")
            // The health check passed although the app insists on HTTPS; a plain request from outside is sent there.
            let outside = AppAddress(host: entrance.host, port: entrance.port, name: "shop.example")
            let redirect = try outside.get("/")
            #expect(redirect.status == 301 && redirect.value("Location")?.hasPrefix("https://shop.example") == true)

            let secrets = try await machine.json(SecretsReport.self, "secrets", "list", "phoenix-like")
            #expect(secrets.secrets.map(\.name) == ["SECRET_KEY_BASE"] && secrets.secrets.map(\.version) == [1])
            let second = try await machine.beamctl("deploy", project, "--no-build")
            try #require(second.code == 0, "\(second)")
            #expect(!second.errors.contains("SECRET_KEY_BASE"), "it is made once")
        }
    }

    @Test("a client that asks every 10 ms sees no failure while everything behind is replaced")
    func noFailure() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(
                to: machine.home, manifest: ManifestText.hello(replicas: 4))
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            let entrance = try await machine.entrance("hello.localhost")
            try await machine.until("the entrance knows it") { try entrance.get("/").status == 200 }
            let client = SteadyClient(entrance)
            func during(_ what: String, _ arguments: String...) async throws {
                let before = client.asked
                let outcome = try await machine.beamctl(arguments)
                #expect(outcome.code == 0, "\(outcome)")
                #expect(client.failures == [], "\(what)")
                #expect(client.asked > before + 20, "\(what)")
            }
            // Other code, as far as a release can tell: another digest, and other files.
            try await HelloProject.shell("echo '# another' >> '\(project)/_build/prod/rel/hello/bin/hello'")
            try await during("new code", "deploy", project, "--no-build")
            #expect(try await machine.status("hello").revision.number == 2)
            try await during("another configuration", "env", "set", "hello", "GREETING=changed")
            try await during("a rollback", "rollback", "hello")
            try await during("scale 4 to 2", "scale", "hello", "2")
            kill(try #require(machine.daemonPID), SIGKILL)
            try await Task.sleep(for: .milliseconds(500))
            #expect(client.failures == [], "no daemon")
            try await during("a new daemon", "restart", "hello")

            // A killed replica costs at most the requests that it was answering.
            let victim = try #require(try await machine.status("hello").replicas.first?.pid)
            kill(victim, SIGKILL)
            try await machine.until("it is replaced") {
                let status = try await machine.status("hello")
                return status.rollout.isComplete && !status.replicas.contains { $0.pid == victim }
            }
            #expect(client.failures.count <= 3, "\(client.failures)")
            try await client.stop()
        }
    }

    @Test("open requests are finished before a replica ends, and a WebSocket is told; it outlives the daemon")
    func drain() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.phoenixLike.copy(to: machine.home, manifest: Self.manifest())
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            let entrance = try await machine.entrance(Self.name)
            try await machine.until("the entrance knows it") { try entrance.get("/health").status == 200 }

            let socket = try entrance.webSocket()
            let frame: [UInt8] = [0x81, 0x85, 0, 0, 0, 0] + Array("hello".utf8)
            func echoes() throws -> Bool {
                try socket.send(frame)
                return try socket.read(exactly: 7) == [0x81, 5] + Array("hello".utf8)
            }
            #expect(try echoes())
            kill(try #require(machine.daemonPID), SIGKILL)
            try await machine.until("the daemon is dead") { machine.processes(named: "beamctl-daemon").isEmpty }
            #expect(try echoes(), "a WebSocket does not notice that the daemon is gone")

            let slow = try (0..<4).map { _ in
                let wire = try entrance.wire()
                try wire.send("GET /slow?ms=2500 HTTP/1.1\r\nHost: \(Self.name)\r\n\r\n")
                return wire
            }
            try await Task.sleep(for: .milliseconds(200))
            let restarting = try machine.start("restart", "phoenix-like")
            #expect(try socket.read(exactly: 4).suffix(2) == [0x03, 0xE9], "1001, going away")
            for wire in slow { #expect(try Message.read(wire)?.status == 200) }
            #expect(try await restarting.outcome(within: .seconds(60)).code == 0)
        }
    }

    @Test("without a ready replica the page says what beamctl knows")
    func unavailable() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 1))
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            let entrance = try await machine.entrance("hello.localhost")
            try #require(try await machine.beamctl("scale", "hello", "0").code == 0)
            try await machine.until("it is gone") { try entrance.get("/").status == 503 }
            #expect(try entrance.get("/").body == "hello has no replica that is ready.\nbeamctl status hello\n")
            try #require(try await machine.beamctl("destroy", "hello", "--yes").code == 0)
            try await machine.until("nobody knows it") { try entrance.get("/").status == 404 }
            #expect(try await machine.beamctl("stop", "--all").code == 0)
            #expect(machine.processes(named: "beamctl-entrance").isEmpty)
        }
    }

    @Test("an entrance whose port is taken keeps nobody from deploying, and says so")
    func takenPort() async throws {
        try await Machine.run { machine in
            let listener = try Listener(address: "127.0.0.1", port: 28_181)
            defer { listener.close() }
            let place = ["BEAMCTL_ENTRANCE": "127.0.0.1:28181"]
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 1))
            let deployed = try await machine.beamctl("deploy", project, "--no-build", environment: place)
            #expect(deployed.code == 0, "\(deployed)")
            try await machine.until("status tells") {
                let status = try await machine.beamctl("status", "hello")
                return status.output.contains("127.0.0.1:28181 is taken by another process")
            }
            let wrong = try await machine.beamctl("daemon", "run", environment: ["BEAMCTL_ENTRANCE": "here"])
            #expect(wrong.code == 1 && wrong.errors.contains("BEAMCTL_ENTRANCE is 'here': 'here' is no ADDRESS:PORT"))
        }
    }
}
