import Foundation
import HTTPEntrance
import NIOCore
import Synchronization
import TestSupport
import Testing

@Suite("The entrance: when something goes wrong", .timeLimit(.minutes(2)))
struct FailureTests {
    @Test("without a ready replica the answer says what is known, as a page to a browser")
    func unavailable() async throws {
        let entrance = try await TestEntrance()
        try await entrance.use([], notes: ["hello-web-1-x is backoff: exit code 1 & <more>"])
        let text = try entrance.get()
        #expect(text.status == 503 && text.value("Content-Type") == "text/plain; charset=utf-8")
        #expect(text.body.hasPrefix("hello has no replica that is ready.\nhello-web-1-x is backoff: exit code 1 & <more>\n"))
        #expect(text.value("Retry-After") == "1" && text.value("Cache-Control") == "no-store")
        let page = try entrance.get(fields: "Accept: text/html,*/*\r\n")
        #expect(page.value("Content-Type") == "text/html; charset=utf-8")
        #expect(page.body.contains("<li>hello-web-1-x is backoff: exit code 1 &amp; &lt;more&gt;</li>"))
        await entrance.stop()
    }

    @Test("the replica with the fewest open requests is asked, and equals take turns")
    func leastOpen() async throws {
        let gate = Gate()
        let replicas = try (1...3).map { number in
            try TestReplica("hello-\(number)") { request, wire in
                if request.target == "/slow" { gate.wait() }
                try wire.answer(body: "hello-\(number)")
            }
        }
        let entrance = try await TestEntrance(replicas)
        let answers = try (0..<9).map { _ in try entrance.get().body }
        // Each event loop takes turns by itself.
        let counts = Dictionary(grouping: answers) { $0 }.mapValues(\.count)
        #expect(counts.count == 3 && counts.values.allSatisfy { $0 >= 2 }, "\(counts)")
        // One slow request to each of two: everything else goes to the third.
        let slow = try (0..<2).map { _ in try Wire(to: entrance.port) }
        for (number, wire) in slow.enumerated() {
            try wire.send("GET /slow HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
            try await eventually("the slow request is there") {
                replicas.reduce(0) { $0 + $1.requests.count { $0.target == "/slow" } } == number + 1
            }
        }
        let busy = replicas.filter { $0.requests.contains { $0.target == "/slow" } }.map(\.name)
        #expect(busy.count == 2)
        for _ in 0..<6 { #expect(try !busy.contains(entrance.get().body)) }
        gate.open()
        for wire in slow { #expect(try Message.read(wire)?.status == 200) }
        await entrance.stop()
    }

    @Test("a replica that cannot be reached is passed over, whatever the request; its body is sent to the next whole")
    func unreachable() async throws {
        let (dead, alive) = (try TestReplica("dead"), try TestReplica("alive"))
        let entrance = try await TestEntrance([dead, alive])
        dead.kill()
        for _ in 0..<4 {
            let wire = try Wire(to: entrance.port)
            try wire.send("POST / HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 5\r\n\r\nhello")
            #expect(try Message.read(wire)?.body == "hello")
        }
        #expect(alive.requests.count == 4)
        try await entrance.use([dead])
        let answer = try entrance.get()
        #expect(answer.status == 502 && answer.body.hasPrefix("No replica of hello could be reached."))
        await entrance.stop()
    }

    @Test("a request whose connection had gone stale is sent again, unless that might do something twice")
    func stale() async throws {
        let silent = try TestReplica("silent") { request, wire in
            if request.target == "/first" { return try wire.answer(body: "first") }
            // As if it had just closed an idle connection.
            wire.end()
        }
        let alive = try TestReplica("alive")
        let entrance = try await TestEntrance([silent])
        #expect(try entrance.get("/first").body == "first")
        try await entrance.use([silent, alive])
        for _ in 0..<4 { #expect(try entrance.get("/again").status == 200) }
        try await entrance.use([silent])
        let post = try Wire(to: entrance.port)
        try post.send("POST /pay HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 1\r\n\r\n1")
        #expect(try Message.read(post)?.status == 502)
        #expect(silent.requests.count { $0.target == "/pay" } == 1)
        await entrance.stop()
    }

    @Test("a request that ends its replica is sent to one other, not to all in turn")
    func poison() async throws {
        let replicas = try (1...4).map { number in
            try TestReplica("hello-\(number)") { request, wire in
                if request.target == "/poison" { return wire.end() }
                try wire.answer(body: "fine")
            }
        }
        let entrance = try await TestEntrance(replicas)
        // Some of the connections are in the pool by then.
        for _ in 0..<8 { #expect(try entrance.get().status == 200) }
        let answer = try entrance.get("/poison")
        #expect(answer.status == 502 && answer.body.hasPrefix("The replica closed the connection, and so did another before it."))
        #expect(replicas.map { $0.requests.count { $0.target == "/poison" } }.sorted() == [0, 0, 1, 1])
        await entrance.stop()
    }

    @Test("replicas that cannot be reached are passed over, however many there are")
    func unreachableMany() async throws {
        let dead = try (1...6).map { try TestReplica("dead-\($0)") }
        let alive = try TestReplica("alive")
        let entrance = try await TestEntrance(dead + [alive])
        dead.forEach { $0.kill() }
        for _ in 0..<3 { #expect(try entrance.get().status == 200) }
        await entrance.stop()
    }

    @Test("an app that was stopped is said to be, and how it is started again")
    func stopped() async throws {
        let entrance = try await TestEntrance()
        try await entrance.use([Route(app: "hello", hosts: ["hello.localhost"], endpoints: [], isStopped: true)])
        let answer = try entrance.get()
        #expect(answer.status == 503 && answer.body == "hello is stopped.\nbeamctl restart hello\n")
        await entrance.stop()
    }

    @Test("an answer that breaks off breaks off for the client, too: it is not taken for whole")
    func truncated() async throws {
        let replica = try TestReplica("hello-1") { request, wire in
            switch request.target {
            case "/length": try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            case "/chunks": try wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
            case "/head": try wire.send("HTTP/1.1 200 OK\r\nContent-Le")
            default: try wire.send("this is no HTTP\r\n\r\n")
            }
            wire.end()
        }
        let entrance = try await TestEntrance([replica])
        for path in ["/length", "/chunks"] {
            let wire = try Wire(to: entrance.port)
            try wire.send("GET \(path) HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
            let all = try wire.readAll()
            #expect(all.contains("half") && !all.hasSuffix("0\r\n\r\n"))
        }
        for path in ["/head", "/nonsense"] { #expect(try entrance.get(path).status == 502) }
        await entrance.stop()
    }

    @Test("who is slow is not waited for, at every place where one can be")
    func deadlines() async throws {
        var limits = EntranceLimits()
        limits.headTime = .milliseconds(200)
        limits.idleTime = .milliseconds(600)
        limits.clientTime = .milliseconds(300)
        limits.answerTime = .milliseconds(300)
        let gate = Gate()
        let replica = try TestReplica("hello-1") { request, wire in
            if request.target == "/slow" { gate.wait() }
            try wire.answer(body: "")
        }
        let entrance = try await TestEntrance([replica], limits: limits)
        let head = try Wire(to: entrance.port)
        try head.send("GET / HTTP/1.1\r\nHo")
        #expect(try Message.read(head)?.status == 408)
        let body = try Wire(to: entrance.port)
        try body.send("POST / HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 10\r\n\r\nhalf")
        #expect(try Message.read(body)?.status == 408)
        let answer = try entrance.get("/slow")
        #expect(answer.status == 504)
        let idle = try Wire(to: entrance.port)
        #expect(try idle.read().isEmpty, "an idle connection is closed without a word")
        gate.open()
        await entrance.stop()
    }

    @Test("a client that leaves costs its replica nothing")
    func clientLeaves() async throws {
        let ended = Gate()
        let replica = try TestReplica("hello-1") { _, wire in
            try wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            if (try? wire.read().isEmpty) ?? true { ended.open() }
        }
        let entrance = try await TestEntrance([replica])
        do {
            let wire = try Wire(to: entrance.port)
            try wire.send("GET / HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
            _ = try wire.read(through: "hello")
            wire.end()
        }
        #expect(ended.wait(seconds: 5), "the replica's connection is closed")
        try await eventually("no request is open") { entrance.server.open(to: "hello-1").requests == 0 }
        #expect(try await entrance.logged(1).first?["problem"] as? String == "the client left")
        await entrance.stop()
    }
}

/// A place where threads wait until it is opened.
final class Gate: Sendable {
    private let condition = NSCondition()
    private let isOpen = Mutex(false)

    func open() {
        condition.withLock {
            isOpen.withLock { $0 = true }
            condition.broadcast()
        }
    }

    /// Returns whether it was opened within the time.
    @discardableResult
    func wait(seconds: Double = 20) -> Bool {
        let limit = Date(timeIntervalSinceNow: seconds)
        return condition.withLock {
            while !isOpen.withLock({ $0 }) { guard condition.wait(until: limit) else { return false } }
            return true
        }
    }
}
