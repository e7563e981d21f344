import Foundation
import HTTPEntrance
import HTTPMessage
import NIOCore
import TestSupport
import Testing

@Suite("The entrance: draining, and WebSockets", .timeLimit(.minutes(2)))
struct DrainTests {
    /// A replica that answers every frame of a WebSocket with the same octets, and remembers what came.
    private static func webSocketReplica(_ heard: Heard = Heard()) throws -> TestReplica {
        try TestReplica("hello-1") { request, wire in
            guard request.value("Upgrade") == "websocket" else { return try wire.answer(body: "plain") }
            try wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
            while case let octets = try wire.read(), !octets.isEmpty {
                heard.add(octets)
                // A real server answers a close frame with its own.
                if octets[0] == 0x88 { return }
                try wire.send(octets)
            }
        }
    }

    private static func open(_ entrance: TestEntrance) throws -> Wire {
        let wire = try Wire(to: entrance.port)
        try wire.send(
            """
            GET /socket HTTP/1.1\r
            Host: hello.localhost\r
            Connection: keep-alive, Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r\n
            """)
        let answer = try #require(try Message.read(wire))
        #expect(answer.status == 101 && answer.value("Upgrade") == "websocket")
        return wire
    }

    /// A masked text frame.
    private static let frame: [UInt8] = [0x81, 0x85, 0, 0, 0, 0] + Array("hello".utf8)

    @Test("a WebSocket goes both ways as it is, and is closed with a close frame when its replica is drained")
    func webSocket() async throws {
        let heard = Heard()
        let replica = try Self.webSocketReplica(heard)
        let entrance = try await TestEntrance([replica])
        let wire = try Self.open(entrance)
        try wire.send(Self.frame)
        #expect(try wire.read(exactly: Self.frame.count) == Self.frame)
        #expect(entrance.server.open(to: "hello-1") == (requests: 0, tunnels: 1))

        try await entrance.use([])
        async let left = entrance.server.drain("hello-1", patience: .seconds(5))
        // A read holds its thread, and there may be none left for the drain: it has to be under way before that.
        try await eventually("the drain is under way") { heard.octets.count > Self.frame.count }
        let close = try wire.read(exactly: 4)
        #expect(close[0] == 0x88 && close[2] == 0x03 && close[3] == 0xE9, "1001, going away")
        _ = try wire.read(exactly: Int(close[1]) - 2)
        // The client answers, and the connection is over.
        try wire.send([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE9])
        #expect(try wire.read().isEmpty)
        #expect(try await left == 0)
        #expect(entrance.server.open(to: "hello-1") == (requests: 0, tunnels: 0))
        let last = heard.octets.suffix(from: Self.frame.count)
        #expect(last.first == 0x88, "the replica was sent a close frame, too")
        #expect(try await entrance.logged(1).last?["status"] as? Int == 101)
        await entrance.stop()
    }

    @Test("a WebSocket whose client has ended its side is over; what it said last reaches the replica")
    func ended() async throws {
        let heard = Heard()
        let replica = try Self.webSocketReplica(heard)
        let entrance = try await TestEntrance([replica])
        let wire = try Self.open(entrance)
        try wire.send(Self.frame)
        wire.endOutput()
        #expect(try wire.read(exactly: Self.frame.count) == Self.frame)
        #expect(try wire.read().isEmpty)
        #expect(heard.octets == Self.frame)
        try await eventually("it is over") { entrance.server.open(to: "hello-1") == (requests: 0, tunnels: 0) }
        await entrance.stop()
    }

    @Test("a WebSocket whose client has ended its side is over even when its replica does not care")
    func endedAlone() async throws {
        let (gate, asked) = (Gate(), Gate())
        let replica = try TestReplica("hello-1") { _, wire in
            try wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
            asked.open()
            gate.wait()
        }
        var limits = EntranceLimits()
        limits.farewellTime = .milliseconds(300)
        let entrance = try await TestEntrance([replica], limits: limits)
        do { _ = try Self.open(entrance) }
        #expect(asked.wait(seconds: 5))
        try await eventually("it is over") { entrance.server.open(to: "hello-1") == (requests: 0, tunnels: 0) }
        gate.open()
        await entrance.stop()
    }

    @Test("a close frame stands between two frames, never within one")
    func betweenFrames() async throws {
        let heard = Heard()
        let replica = try TestReplica("hello-1") { _, wire in
            try wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
            try wire.send([0x82, 10] + Array("01234".utf8))
            // Its own close frame says that the drain is under way.
            heard.add(try wire.read())
            try wire.send(Array("56789".utf8) + [0x82, 3] + Array("late".utf8.prefix(3)))
            _ = try? wire.read()
        }
        let entrance = try await TestEntrance([replica])
        let wire = try Self.open(entrance)
        #expect(try wire.read(exactly: 7) == [0x82, 10] + Array("01234".utf8))
        try await entrance.use([])
        async let left = entrance.server.drain("hello-1", patience: .zero)
        try await eventually("the drain is under way") { !heard.octets.isEmpty }
        #expect(try wire.read(exactly: 5) == Array("56789".utf8))
        #expect(try wire.read(exactly: 4).prefix(1) == [0x88])
        _ = try await left
        await entrance.stop()
    }

    @Test("an end that does not answer the farewell is cut, after a moment")
    func silentClient() async throws {
        let replica = try Self.webSocketReplica()
        let entrance = try await TestEntrance([replica])
        let wire = try Self.open(entrance)
        try await entrance.use([])
        #expect(try await entrance.server.drain("hello-1", patience: .zero) == 0)
        #expect(entrance.server.open(to: "hello-1") == (requests: 0, tunnels: 0))
        _ = try wire.readAll()
        await entrance.stop()
    }

    @Test("a drain waits for open requests as long as it may, new ones go elsewhere, and no WebSocket outlives it")
    func waits() async throws {
        let gate = Gate()
        let leaving = try TestReplica("leaving") { request, wire in
            if request.target == "/slow" { gate.wait() }
            try wire.answer(body: "leaving")
        }
        let staying = try TestReplica("staying") { _, wire in try wire.answer(body: "staying") }
        let entrance = try await TestEntrance([leaving])
        let slow = try Wire(to: entrance.port)
        try slow.send("GET /slow HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
        try await eventually("the slow request is there") { !leaving.requests.isEmpty }
        try await entrance.use([staying])
        #expect(try await entrance.server.drain("leaving", patience: .milliseconds(50)) == 1, "it is open even then")
        for _ in 0..<5 { #expect(try entrance.get().body == "staying") }
        async let left = entrance.server.drain("leaving", patience: .seconds(10))
        gate.open()
        #expect(try Message.read(slow)?.body == "leaving")
        #expect(try await left == 0)
        await entrance.stop()
    }

    @Test("a keep-alive connection of a client outlives the replica that answered on it")
    func clientConnectionStays() async throws {
        let (old, new) = (try TestReplica("old"), try TestReplica("new") { _, wire in try wire.answer(body: "new") })
        let entrance = try await TestEntrance([old])
        let wire = try Wire(to: entrance.port)
        try wire.send("GET / HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
        _ = try Message.read(wire)
        try await entrance.use([new])
        #expect(try await entrance.server.drain("old", patience: .seconds(1)) == 0)
        old.kill()
        try wire.send("GET / HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
        #expect(try Message.read(wire)?.body == "new")
        await entrance.stop()
    }
}

/// What came, in order.
final class Heard: Sendable {
    private let lock = NSLock()
    private nonisolated(unsafe) var all: [UInt8] = []  // Only ever touched under the lock.

    var octets: [UInt8] { lock.withLock { all } }

    func add(_ octets: [UInt8]) { lock.withLock { all += octets } }
}
