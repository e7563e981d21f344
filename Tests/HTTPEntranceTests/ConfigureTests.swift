import Foundation
import Glibc
import NIOCore
import TestSupport
import Testing

@testable import HTTPEntrance

@Suite("The entrance: other places to listen at, and others to believe, while it runs", .timeLimit(.minutes(1)))
struct ConfigureTests {
    private static let head = "Host: hello.localhost\r\n"

    private static func place(_ port: Int, at address: String = "127.0.0.1") throws -> SocketAddress {
        try SocketAddress(ipAddress: address, port: port)
    }

    private static func ask(_ wire: Wire) throws -> Int? {
        try wire.send("GET / HTTP/1.1\r\n\(Self.head)\r\n")
        return try Message.read(wire)?.status
    }

    /// A port that nobody listens on, below those that the system gives to connections.
    private static func freePort() -> Int {
        var port = 0
        repeat { port = .random(in: 10_000..<32_000) } while (try? Wire(to: port)) != nil
        return port
    }

    @Test("it listens at the new place and at the old one no more; what is open stays open")
    func moves() async throws {
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica])
        let open = try Wire(to: entrance.port)
        #expect(try Self.ask(open) == 200)
        let port = Self.freePort()
        try await entrance.server.configure(EntranceConfiguration(listen: [try Self.place(port)]))
        #expect(entrance.server.addresses.map(\.port) == [port])
        #expect(try Self.ask(open) == 200, "a connection outlives the place where it was made")
        #expect(try Self.ask(try Wire(to: port)) == 200)
        #expect(throws: Wire.Failure.self) { try Wire(to: entrance.port) }
        await entrance.stop()
    }

    @Test("a place that covers the old one is taken without a moment in which nobody listens")
    func covers() async throws {
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica])
        let (narrow, wide) = (try Self.place(entrance.port), try Self.place(entrance.port, at: "0.0.0.0"))
        // It was told to listen at whatever port is free, which is another place.
        let listening = EntranceConfiguration(listen: [narrow])
        try await entrance.server.configure(listening)
        let failures = Told()
        let (port, isOver) = (entrance.port, Gate())
        let ended = Gate()
        Thread.detachNewThread {
            while !isOver.wait(seconds: 0) {
                do {
                    if try Self.ask(try Wire(to: port)) != 200 { failures.add("no answer") }
                } catch {
                    failures.add("\(error)")
                }
            }
            ended.open()
        }
        for _ in 0..<10 {
            try await entrance.server.configure(EntranceConfiguration(listen: [wide]))
            #expect(try Self.ask(try Wire(to: port, at: "127.3.2.1")) == 200)
            try await entrance.server.configure(listening)
            #expect(throws: Wire.Failure.self) { try Wire(to: port, at: "127.3.2.1") }
        }
        isOver.open()
        #expect(ended.wait(seconds: 10))
        #expect(failures.lines == [])
        // Nobody else can listen beside it by mistake.
        #expect(throws: Wire.Failure.self) { _ = try Wire.listener(on: port) }
        await entrance.stop()
    }

    @Test("when one of the new places is taken, everything stays as it was, and it is told why")
    func taken() async throws {
        let (taken, port) = try Wire.listener()
        defer { close(taken) }
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica])
        let free = Self.freePort()
        let proxies = try TrustedProxies(trusting: "127.0.0.0/8")
        let error = await #expect(throws: EntranceListenError.self) {
            try await entrance.server.configure(
                EntranceConfiguration(listen: [try Self.place(free), try Self.place(port)], trusted: proxies))
        }
        #expect(error?.description == "127.0.0.1:\(port) is taken by another process")
        #expect(try Self.ask(try Wire(to: entrance.port)) == 200)
        #expect(throws: Wire.Failure.self) { try Wire(to: free) }
        await entrance.stop()
    }

    @Test("others are believed from the next request on, also on connections that are open")
    func trust() async throws {
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica])
        let wire = try Wire(to: entrance.port)
        let request = "GET / HTTP/1.1\r\n\(Self.head)X-Forwarded-For: 203.0.113.7\r\n\r\n"
        try wire.send(request)
        #expect(try Message.read(wire)?.status == 200)
        let proxies = try TrustedProxies(trusting: "127.0.0.0/8")
        try await entrance.server.configure(
            EntranceConfiguration(listen: [try Self.place(0)], trusted: proxies))
        try wire.send(request)
        #expect(try Message.read(wire)?.status == 200)
        #expect(replica.requests.map { $0.values("X-Forwarded-For") } == [["127.0.0.1"], ["203.0.113.7", "127.0.0.1"]])
        await entrance.stop()
    }

    @Test("HTTP and HTTPS change places")
    func swaps() async throws {
        let certificates = try await TestCertificates()
        let replica = try TestReplica("hello-1")
        let (one, other) = (Self.freePort(), Self.freePort())
        let entrance = try await TestEntrance([replica], listenHTTPS: [one])
        try await entrance.use([replica], certificates: [try await certificates.make("hello", ["DNS:hello.localhost"])])
        try await entrance.server.configure(
            EntranceConfiguration(listen: [try Self.place(other)], listenHTTPS: [try Self.place(one)]))
        try await entrance.server.configure(
            EntranceConfiguration(listen: [try Self.place(one)], listenHTTPS: [try Self.place(other)]))
        #expect(entrance.httpsPort == other)
        #expect(try Self.ask(try Wire(to: one)) == 200)
        #expect(try Self.ask(try Wire.overTLS(to: other, trust: certificates.authority)) == 200)
        await entrance.stop()
    }
}
