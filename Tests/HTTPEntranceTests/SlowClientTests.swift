import Foundation
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import HTTPEntrance

@Suite("The entrance: clients that read slowly, or say no more", .timeLimit(.minutes(2)))
struct SlowClientTests {
    private static let head = "Host: hello.localhost\r\n"

    @Test(
        "who ends his side after a request gets the answer",
        arguments: ["GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\nContent-Length: 3\r\n"])
    func halfClosed(_ request: String) async throws {
        let replica = try TestReplica("hello-1") { request, wire in
            usleep(20_000)
            try wire.answer(body: "whole \(request.body)")
        }
        let entrance = try await TestEntrance([replica])
        for _ in 0..<5 {
            let wire = try Wire(to: entrance.port)
            try wire.send(request + Self.head + "\r\n" + (request.hasPrefix("POST") ? "abc" : ""))
            wire.endOutput()
            let answer = try wire.readAll()
            #expect(answer.hasPrefix("HTTP/1.1 200") && answer.contains("whole"), "\(answer)")
            // Nothing is in the pool for the next.
            replica.cutConnections()
        }
        try await eventually("nothing is open") { entrance.server.counters.openConnections == 0 }
        await entrance.stop()
    }

    @Test(
        "a client that is gone is let go of at once, whatever its replica is doing; one that has only ended its side gets its answer"
    )
    func gone() async throws {
        let gate = Gate()
        let replica = try TestReplica("hello-1") { _, wire in
            gate.wait()
            try wire.answer(body: "whole")
        }
        let entrance = try await TestEntrance([replica])
        func ask() throws -> Wire {
            let wire = try Wire(to: entrance.port)
            try wire.send("GET / HTTP/1.1\r\n\(Self.head)\r\n")
            return wire
        }
        // Closed, as a program that has ended leaves it: an end of its stream, and a reset to whatever comes after.
        do { _ = try ask() }
        try await eventually("it is there") { replica.requests.count == 1 }
        try await eventually("it is let go of") { entrance.server.open(to: "hello-1").requests == 0 }
        let patient = try ask()
        patient.endOutput()
        try await eventually("it is there") { replica.requests.count == 2 }
        try await Task.sleep(for: .milliseconds(1200))
        #expect(entrance.server.open(to: "hello-1").requests == 1)
        gate.open()
        let interim = try #require(try Message.read(patient))
        #expect(interim.status == 100)
        let answer = try #require(try Message.read(patient))
        #expect(answer.status == 200 && answer.body == "whole")
        #expect(try await entrance.logged(2).map { $0["status"] as? Int } == [499, 200])
        await entrance.stop()
    }

    @Test(
        "who ends his side while a chunked answer flows gets all of it; who does so while it rests, or while events come, has left"
    )
    func chunked() async throws {
        let ended = Told()
        let replica = try TestReplica("hello-1") { request, wire in
            let isEvents = request.target == "/events"
            try wire.send(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\(isEvents ? "Content-Type: text/event-stream\r\n" : "")\r\n")
            for _ in 0..<(request.target == "/flows" ? 10 : 1) {
                try wire.send("5\r\nhello\r\n")
                usleep(50_000)
            }
            if request.target == "/flows" { return try wire.send("0\r\n\r\n") }
            _ = try? wire.read()
            ended.add(request.target)
        }
        var limits = EntranceLimits()
        limits.farewellStreamTime = .seconds(1)
        let entrance = try await TestEntrance([replica], limits: limits)
        func ask(_ path: String) throws -> String {
            let wire = try Wire(to: entrance.port)
            try wire.send("GET \(path) HTTP/1.1\r\n\(Self.head)\r\n")
            _ = try wire.read(through: "hello")
            wire.endOutput()
            return try wire.readAll()
        }
        #expect(try ask("/flows").hasSuffix("0\r\n\r\n"))
        #expect(try !ask("/events").hasSuffix("0\r\n\r\n"))
        #expect(try !ask("/rests").hasSuffix("0\r\n\r\n"))
        try await eventually("the replica knows") { ended.lines == ["/events", "/rests"] }
        try await eventually("nothing is open") { entrance.server.open(to: "hello-1").requests == 0 }
        await entrance.stop()
    }

    @Test("half a body and the end of the stream is no request")
    func halfBody() async throws {
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica])
        let wire = try Wire(to: entrance.port)
        try wire.send("POST / HTTP/1.1\r\n\(Self.head)Content-Length: 30\r\n\r\nabc")
        wire.endOutput()
        #expect(try wire.readAll().isEmpty)
        #expect(replica.requests.isEmpty)
        try await eventually("nothing is open") {
            entrance.server.counters.openConnections == 0 && entrance.server.open(to: "hello-1").requests == 0
        }
        await entrance.stop()
    }

    @Test(
        "the end of a large answer reaches a slow client, whichever way the connection ends",
        arguments: [
            (fields: "Connection: close\r\n", ends: false), (fields: "Connection: close\r\n", ends: true),
            (fields: "", ends: true),
        ])
    func slow(_ fields: String, _ ends: Bool) async throws {
        let size = 3 << 20
        let replica = try TestReplica("hello-1") { _, wire in try wire.answer(body: String(repeating: "x", count: size)) }
        var limits = EntranceLimits()
        limits.lingerTime = .milliseconds(300)
        let entrance = try await TestEntrance([replica], limits: limits)
        let wire = try Wire(to: entrance.port)
        try wire.send("GET / HTTP/1.1\r\n\(Self.head)\(fields)\r\n")
        try await Task.sleep(for: .milliseconds(300))
        if ends { wire.endOutput() }
        // Longer than the time to linger, and with pauses: what is left lies in the entrance.
        try await Task.sleep(for: .milliseconds(1200))
        var octets = 0
        while case let piece = try wire.read(atMost: 1 << 20), !piece.isEmpty {
            octets += piece.count
            if octets > size / 2, octets < size / 2 + (2 << 20) { usleep(20_000) }
        }
        #expect(octets > size, "\(octets)")
        await entrance.stop()
    }

    @Test("who sends requests and reads no answer is read no more")
    func neverReads() async throws {
        let entrance = try await TestEntrance()
        let wire = try Wire(to: entrance.port)
        let progress = Progress()
        let batch = Array(String(repeating: "GET /nobody HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n", count: 1000).utf8)
        Thread.detachNewThread {
            while progress.sent < 400 << 20, (try? wire.send(batch)) != nil { progress.add(batch.count) }
            progress.end()
        }
        try await Task.sleep(for: .milliseconds(1500))
        let before = progress.sent
        try await Task.sleep(for: .milliseconds(700))
        #expect(progress.sent == before, "nothing more is taken")
        wire.end()
        try await eventually("the sender has ended") { progress.hasEnded }
        await entrance.stop()
    }

    @Test("what was read is let go of, also when an octet is always left")
    func keepsNothing() {
        var buffer = ByteBuffer(string: "x")
        for _ in 0..<2000 {
            var more = ByteBuffer(repeating: 1, count: 10_000)
            buffer.take(&more)
            buffer.moveReaderIndex(forwardBy: buffer.readableBytes - 1)
        }
        #expect(buffer.capacity < 1 << 20)
    }

    @Test("an answer without a length that ends with a reset is not passed on as whole")
    func reset() async throws {
        let replica = try TestReplica("hello-1") { _, wire in
            try wire.send("HTTP/1.1 200 OK\r\n\r\nhalf")
            usleep(50_000)
            wire.reset()
        }
        let entrance = try await TestEntrance([replica])
        let wire = try Wire(to: entrance.port)
        try wire.send("GET / HTTP/1.1\r\n\(Self.head)\r\n")
        let all = try wire.readAll()
        #expect(all.contains("half") && !all.hasSuffix("0\r\n\r\n"), "\(all)")
        await entrance.stop()
    }

    @Test("a route whose replicas all change at once always has one")
    func changes() async throws {
        let (one, other) = (try TestReplica("hello-1"), try TestReplica("hello-2"))
        let entrance = try await TestEntrance([one])
        let (failures, progress) = (Told(), Progress())
        let port = entrance.port
        Thread.detachNewThread {
            while !progress.isOver {
                do {
                    let wire = try Wire(to: port)
                    try wire.send("GET / HTTP/1.1\r\n\(Self.head)Connection: close\r\n\r\n")
                    let status = try Message.read(wire)?.status ?? 0
                    if status != 200 { failures.add("\(status)") }
                } catch {
                    failures.add("\(error)")
                }
                progress.add(1)
            }
            progress.end()
        }
        for number in 0..<200 { try await entrance.use(number % 2 == 0 ? [other] : [one]) }
        progress.stop()
        try await eventually("the client has ended") { progress.hasEnded }
        #expect(failures.lines == [] && progress.sent > 0)
        await entrance.stop()
    }
}

/// What a thread of a test has done.
private final class Progress: Sendable {
    private let count = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)
    private let ended = Atomic<Bool>(false)

    var sent: Int { count.load(ordering: .relaxed) }
    /// Whether the thread is to end, and whether it has.
    var isOver: Bool { stopped.load(ordering: .relaxed) }
    var hasEnded: Bool { ended.load(ordering: .relaxed) }

    func add(_ number: Int) { count.wrappingAdd(number, ordering: .relaxed) }
    func stop() { stopped.store(true, ordering: .relaxed) }
    func end() { ended.store(true, ordering: .relaxed) }
}
