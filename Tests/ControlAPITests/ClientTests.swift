import ControlAPI
import FleetModel
import Foundation
import Testing

@Suite("control API: the client and its daemon")
struct ClientTests {
    @Test("each verb is one request of the right method, path and body")
    func requests() async throws {
        let done = ScriptedServer.Answer.json("{}")
        let (status, revision) = (try Sample.json(Sample.status()), try Sample.json(Sample.status().revision))
        let call = #"{"executable":"/x","arguments":[],"environment":{},"directory":"/"}"#
        let answers: [ScriptedServer.Answer] = [
            .json(revision), .json(status), .json("[\(status)]"), .json("[]"), .json(status), .json(status), done, done,
            .json(call),
            .json(try Sample.json(ReleaseIntake.directory("/r"))), done, done, done,
        ]
        try await withClient(answers) { client, server in
            #expect(try await client.deploy(Sample.request()) == Sample.status().revision)
            #expect(try await client.status(of: Sample.key) == Sample.status())
            #expect(try await client.list(namespace: "staging") == [Sample.status()])
            #expect(try await client.list(namespace: nil) == [])
            _ = try await client.scale(Sample.key, process: "web", replicas: 5)
            _ = try await client.restart(Sample.key)
            try await client.stop(Sample.key)
            try await client.destroy(Sample.key)
            #expect(try await client.oneOff(Sample.key, OneOff(kind: .rpc, expression: "1+1")).executable == "/x")
            #expect(try await client.releaseIntake() == .directory("/r"))
            try await client.stopDaemon()
            try await client.stopAll()
            let holder = LockHolder(who: "me@host", since: Timestamp(milliseconds: 5))
            try await client.releaseDeployLock(Sample.key, holder: holder)
            let app = "/v1/namespaces/default/apps/hello"
            #expect(
                server.requests.map(\.line) == [
                    "POST /v1/apps", "GET \(app)", "GET /v1/apps?namespace=staging", "GET /v1/apps", "PUT \(app)/scale",
                    "POST \(app)/restart", "POST \(app)/stop", "DELETE \(app)", "POST \(app)/call", "GET /v1/releases/intake",
                    "POST /v1/daemon/stop", "POST /v1/stop", "POST \(app)/unlock",
                ])
            #expect(server.requests[0].body == (try Sample.json(Sample.request())))
            #expect(server.requests.last?.body == (try Sample.json(holder)))
            #expect(server.requests[4].body == #"{"process":"web","replicas":5}"#)
            #expect(server.timesRevived == 0)
        }
    }

    @Test("when nothing listens, a daemon is asked for once, and the request goes to it")
    func revives() async throws {
        try await withClient(nil, revived: [.json(try Sample.json(Sample.status()))]) { client, server in
            let status = try await client.status(of: Sample.key)
            #expect(status == Sample.status())
            #expect(server.timesRevived == 1)
        }
    }

    @Test("a socket that nobody listens on any more is as good as none")
    func staleSocket() async throws {
        let answer = ScriptedServer.Answer.json(try Sample.json(Sample.status()))
        try await withClient([answer], revived: [answer]) { client, server in
            _ = try await client.status(of: Sample.key)
            server.end()
            #expect(FileManager.default.fileExists(atPath: server.socket))
            _ = try await client.status(of: Sample.key)
            #expect(server.timesRevived == 1)
        }
    }

    @Test("when no daemon can be started, that is the error")
    func cannotRevive() async throws {
        try await withClient(nil) { client, server in
            await #expect(throws: ServerSlot.CannotRevive.self) { try await client.status(of: Sample.key) }
            #expect(server.timesRevived == 1)
        }
    }

    @Test("asking the daemon for its status, or to end, never starts one")
    func neverRevives() async throws {
        try await withClient(nil) { client, server in
            let error = await #expect(throws: PlatformError.self) { try await client.daemonStatus() }
            #expect(error?.code == .unreachable)
            #expect(error?.message == "no daemon runs: nothing listens on \(server.socket)")
            #expect(error?.hint == "beamctl daemon start")
            await #expect(throws: PlatformError.self) { try await client.stopDaemon() }
            await #expect(throws: PlatformError.self) { try await client.stopAll() }
            #expect(server.timesRevived == 0)
        }
    }

    @Test("a daemon's error arrives whole, whatever its code", arguments: ["app_not_found", "quota_exceeded"])
    func errors(code: String) async throws {
        let body = #"{"code":"\#(code)","message":"no such thing","hint":"beamctl list"}"#
        try await withClient([.json(body, status: "404 Not Found")]) { client, _ in
            let error = await #expect(throws: PlatformError.self) { try await client.status(of: Sample.key) }
            #expect(error == PlatformError(.init(rawValue: code), "no such thing", hint: "beamctl list"))
        }
    }

    @Test(
        "an answer that is not understood is a mismatch of versions",
        arguments: [("200 OK", "<html>"), ("200 OK", "{}"), ("500 Internal Server Error", "oops")])
    func mismatch(status: String, body: String) async throws {
        try await withClient([.json(body, status: status)]) { client, _ in
            let error = await #expect(throws: PlatformError.self) { try await client.status(of: Sample.key) }
            #expect(error?.code == .versionMismatch)
        }
    }

    @Test("a deploy whose answer broke off is asked for again, of a daemon that is there by then")
    func deployIsSentAgain() async throws {
        try await withClient([.bytes(["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"])], revived: nil) { client, server in
            _ = try? await client.deploy(Sample.request())
            #expect(server.timesRevived == 1)
        }
    }

    @Test("a connection that breaks within an answer is an unreachable daemon, and the request is not sent twice")
    func broken() async throws {
        try await withClient([.bytes(["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"])]) { client, server in
            let error = await #expect(throws: PlatformError.self) { _ = try await client.restart(Sample.key) }
            #expect(error?.code == .unreachable)
            #expect(error?.message.hasPrefix("the daemon does not answer: POST /v1/namespaces/") == true)
            #expect(server.requests.count == 1)
            #expect(server.timesRevived == 0)
        }
    }
}
