import Glibc
import JSONText
import Synchronization
import TestSupport
import Testing

@testable import KubernetesClient

@Suite("an API server that misbehaves")
struct ClientTests {
    static func list(_ names: [String], version: String = "5", next: String = "") -> FakeAPIServer.Answer {
        let items = names.map { #"{"metadata":{"name":"\#($0)","resourceVersion":"1"}}"# }.joined(separator: ",")
        return .json(
            #"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"\#(version)","continue":"\#(next)"},"items":[\#(items)]}"#
        )
    }

    static func event(_ type: String, _ name: String, _ version: String) -> String {
        #"{"type":"\#(type)","object":{"metadata":{"name":"\#(name)","resourceVersion":"\#(version)"}}}"# + "\n"
    }

    static func words(_ event: WatchEvent) -> String {
        func name(_ object: JSONValue) -> String { object.at("metadata", "name")?.text ?? "?" }
        switch event {
        case .all(let all): return "all \(all.map(name).joined(separator: " "))"
        case .added(let object): return "added \(name(object))"
        case .modified(let object): return "modified \(name(object))"
        case .deleted(let object): return "deleted \(name(object))"
        case .interrupted(let error): return "interrupted \(error.code)"
        case .resumed: return "resumed"
        }
    }

    /// The first events of a watch.
    static func events(_ count: Int, _ client: KubernetesClient, _ settings: WatchSettings = WatchSettings()) async throws
        -> [String]
    {
        try await within("\(count) events") {
            var seen: [String] = []
            for try await event in client.watch(.pods, settings: settings) {
                seen.append(words(event))
                if seen.count == count { break }
            }
            return seen
        }
    }

    @Test("a list comes in pages, and each object says what it is; from the beginning when the server has forgotten them")
    func pages() async throws {
        let server = try await FakeAPIServer { request, count in
            switch (request.query("continue"), count) {
            case (nil, _): Self.list(["a", "b"], next: "more")
            case ("more", 1): .status(410, "Expired", "the list is too old")
            default: Self.list(["c"], version: "9")
            }
        }
        let client = server.client()
        let list = try await client.list(.pods, Selector(labels: "app=x,tier in (web)"))
        #expect(list.items.map { $0.at("metadata", "name")?.text } == ["a", "b", "c"])
        #expect(list.items.allSatisfy { $0["kind"]?.text == "Pod" && $0["apiVersion"]?.text == "v1" })
        #expect(list.resourceVersion == "9")
        #expect(server.requests.count == 4)
        #expect(server.requests.first?.query("labelSelector") == "app=x,tier in (web)")
        await client.shutdown()
    }

    @Test("what passes is waited for; what could happen twice is not sent twice")
    func retries() async throws {
        let server = try await FakeAPIServer { request, count in
            if count == 0 { return .status(429, "TooManyRequests", "slow down", headers: [("Retry-After", "0")]) }
            return count < 3 ? .status(503, "ServiceUnavailable", "not now") : .json("{}")
        }
        let client = server.client()
        _ = try await client.get(.pods, "x")
        #expect(server.requests.count == 4)
        await client.shutdown()

        let strict = try await FakeAPIServer { _, _ in .status(503, "ServiceUnavailable", "not now") }
        let creator = strict.client()
        let error = await #expect(throws: KubernetesError.self) {
            try await creator.create(TestCluster.configMap("x", [:]), as: .configMaps)
        }
        #expect(error?.code == .unavailable)
        #expect(error?.reason == "POST /api/v1/namespaces/shop/configmaps: not now")
        #expect(strict.requests.count == 1)
        await creator.shutdown()
    }

    @Test("nobody there, and somebody who does not speak the API")
    func nobody() async throws {
        let (listener, port) = try Wire.listener()
        close(listener)
        let access = ClusterAccess(
            context: "x", server: ServerAddress(isSecure: false, host: "127.0.0.1", port: port), namespace: "shop")
        let client = KubernetesClient(
            access, retries: RetryPolicy(first: .milliseconds(1)),
            world: Credentials.World(now: { 0 }, read: { _ in nil }, run: { _ in ExecPlugin.Answer() }))
        let error = await #expect(throws: KubernetesError.self) { try await client.version() }
        #expect(error?.code == .unreachable)
        #expect(error?.reason == "no API server answers at http://127.0.0.1:\(port)")
        await client.shutdown()
        let other = try await FakeAPIServer { _, _ in .json("<html>") }
        let asking = other.client()
        #expect(await #expect(throws: KubernetesError.self) { try await asking.version() }?.code == .protocolBroken)
        await asking.shutdown()
    }

    @Test("a watch that breaks within an event goes on from the last whole one")
    func brokenWatch() async throws {
        let server = try await FakeAPIServer { request, _ in
            switch (request.query("watch"), request.query("resourceVersion")) {
            case (nil, _): Self.list(["a"])
            case (_, "5"): .init(body: Self.event("ADDED", "b", "6") + #"{"type":"MODI"#, end: .broken)
            default: .init(body: Self.event("DELETED", "b", "7"), end: .silent)
            }
        }
        let client = server.client()
        #expect(
            try await Self.events(5, client) == [
                "all a", "added b", "interrupted kubernetes-unreachable", "resumed", "deleted b",
            ])
        #expect(server.requests.compactMap { $0.query("resourceVersion") } == ["5", "6"])
        await client.shutdown()
    }

    @Test("a version that the server has forgotten is listed anew")
    func gone() async throws {
        let server = try await FakeAPIServer { request, count in
            guard request.query("watch") != nil else {
                return Self.list(count == 0 ? ["a"] : ["b"], version: count == 0 ? "1" : "9")
            }
            guard request.query("resourceVersion") == "1" else {
                return .init(body: Self.event("ADDED", "c", "10"), end: .silent)
            }
            return .json(
                #"{"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"too old resource version: 1 (334)","reason":"Expired","code":410}}"#
                    + "\n")
        }
        let client = server.client()
        #expect(try await Self.events(3, client) == ["all a", "all b", "added c"])
        await client.shutdown()
    }

    @Test("a server that falls silent is asked anew, and a bookmark is a sign of life that moves the place")
    func silence() async throws {
        let server = try await FakeAPIServer { request, _ in
            switch (request.query("watch"), request.query("resourceVersion")) {
            case (nil, _): Self.list(["a"])
            case (_, "5"): .init(body: Self.event("BOOKMARK", "", "8"), end: .silent)
            default: .init(body: Self.event("ADDED", "b", "9"), end: .silent)
            }
        }
        var settings = WatchSettings()
        settings.silence = .milliseconds(300)
        let client = server.client()
        #expect(
            try await Self.events(4, client, settings) == ["all a", "interrupted kubernetes-timeout", "resumed", "added b"])
        #expect(server.requests.compactMap { $0.query("resourceVersion") } == ["5", "8"])
        await client.shutdown()
    }

    @Test("a watch that we may not have ends with the server's words")
    func forbidden() async throws {
        let server = try await FakeAPIServer { _, _ in .status(403, "Forbidden", "pods is forbidden") }
        let client = server.client()
        let error = await #expect(throws: KubernetesError.self) { try await Self.events(1, client) }
        #expect(error?.reason == "pods is forbidden")
        await client.shutdown()
    }

    @Test("an event without an end is not kept")
    func longEvent() async throws {
        let server = try await FakeAPIServer { request, _ in
            request.query("watch") == nil ? Self.list([]) : .init(body: String(repeating: "x", count: 10_000), end: .silent)
        }
        var settings = WatchSettings()
        settings.longestEvent = 1_000
        let client = server.client()
        #expect(try await Self.events(2, client, settings) == ["all ", "interrupted kubernetes-protocol"])
        await client.shutdown()
    }

    @Test("an object is deleted only if it is the one that is meant")
    func preconditions() async throws {
        let server = try await FakeAPIServer { request, _ in
            request.path.hasSuffix("gone") ? .status(404, "NotFound", "no") : .json("{}")
        }
        let client = server.client()
        #expect(
            try await client.delete(
                .pods, "x", propagation: .foreground, uid: "u", resourceVersion: "7", graceSeconds: 0, dryRun: true))
        #expect(
            server.requests.first?.body
                == #"{"apiVersion":"v1","dryRun":["All"],"gracePeriodSeconds":0,"kind":"DeleteOptions","preconditions":{"resourceVersion":"7","uid":"u"},"propagationPolicy":"Foreground"}"#
        )
        #expect(try await client.delete(.pods, "gone") == false)
        await client.shutdown()
    }
}
