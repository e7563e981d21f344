import Foundation
import NIOCore
import TestSupport
import Testing

@testable import HTTPEntrance

@Suite("The entrance: when HTTPS goes wrong", .timeLimit(.minutes(2)))
struct HTTPSFailureTests {
    @Test("HTTP in clear is told so in clear, anything else is closed without a word; nothing of either is left")
    func inClear() async throws {
        let certificates = try await TestCertificates()
        let entrance = try await TestEntrance(certificates: [certificates.make("hello", ["DNS:hello.localhost"])])
        let clear = try Wire(to: entrance.httpsPort)
        try clear.send("GET / HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
        let answer = try #require(try Message.read(clear))
        #expect(answer.status == 400 && answer.value("Connection") == "close")
        #expect(answer.body == "This port takes HTTPS only: the URL begins with https://.\n")
        #expect(try clear.read().isEmpty)
        clear.end()
        let garbage: [[UInt8]] = [
            [0], [0xFF, 0xFF], Array("\r\n\r\n".utf8), [22], [22, 3, 1, 0, 5], [22, 3, 1, 0, 5, 1, 2, 3, 4, 5],
            [22, 9, 9, 0xFF, 0xFF] + [UInt8](repeating: 7, count: 70_000), [21, 3, 3, 0, 2, 2, 40],
            Array("GET".utf8) + [UInt8](repeating: 0, count: 100_000),
        ]
        for octets in garbage {
            let wire = try Wire(to: entrance.httpsPort)
            try? wire.send(octets)
            wire.endOutput()
            // An alert of TLS, the answer in clear, or nothing; and the end.
            _ = try wire.readAll()
        }
        try await eventually("all are counted") { entrance.server.counters.refusedCount == garbage.count + 1 }
        // Who says nothing, as a health check does, was not refused.
        for _ in 0..<3 { try Wire(to: entrance.httpsPort).end() }
        try await eventually("nothing is open") { entrance.server.counters.openConnections == 0 }
        #expect(entrance.server.counters.refusedCount == garbage.count + 1)
        await entrance.stop()
    }

    @Test("a handshake that stalls is cut when a head would be, at whatever octet")
    func stalls() async throws {
        var limits = EntranceLimits()
        limits.headTime = .milliseconds(300)
        let certificates = try await TestCertificates()
        let entrance = try await TestEntrance(
            limits: limits, certificates: [certificates.make("hello", ["DNS:hello.localhost"])])
        let silent = try Wire(to: entrance.httpsPort)
        let begun = try Wire(to: entrance.httpsPort)
        try begun.send([22, 3, 1, 1, 0, 1, 0])
        let started = ContinuousClock.now
        for wire in [silent, begun] { #expect(try wire.read().isEmpty) }
        #expect(ContinuousClock.now - started < .seconds(3))
        try await eventually("nothing is open") { entrance.server.counters.openConnections == 0 }
        #expect(entrance.server.counters.refusedCount == 1)
        await entrance.stop()
    }

    @Test("after the handshake the times are those of any connection, and its end is said")
    func deadlines() async throws {
        var limits = EntranceLimits()
        limits.headTime = .milliseconds(300)
        limits.idleTime = .milliseconds(1500)
        let certificates = try await TestCertificates()
        let entrance = try await TestEntrance(
            limits: limits, certificates: [certificates.make("hello", ["DNS:hello.localhost"])])
        let half = try Wire.overTLS(to: entrance.httpsPort)
        try half.send("GET / HT")
        #expect(try Message.read(half)?.status == 408)
        let idle = try Wire.overTLS(to: entrance.httpsPort)
        let started = ContinuousClock.now
        #expect(try idle.read().isEmpty)
        #expect(ContinuousClock.now - started > .milliseconds(1000), "no head is owed after the handshake")
        try await eventually("nothing is open") { entrance.server.counters.openConnections == 0 }
        await entrance.stop()
    }

    @Test("certificates that cannot be used are left out and told, once; the routes and the others are used")
    func badFiles() async throws {
        let certificates = try await TestCertificates()
        let replica = try TestReplica("hello-1")
        let good = try await certificates.make("good", ["DNS:good.example"])
        try Data(repeating: 97, count: 256 << 10 + 1).write(to: certificates.folder.appending(path: "large.pem"))
        try Data("nothing".utf8).write(to: certificates.folder.appending(path: "text.pem"))
        let bad = ["missing", "large", "text", "good"].map { certificates.files($0, key: $0 == "good" ? "ca" : "good") }
        let pipe = CertificateFiles(certificate: certificates.folder.path, key: good.key, digest: "1")
        let entrance = try await TestEntrance()
        let routes = [Route(app: "hello", hosts: ["hello.localhost"], endpoints: [replica.endpoint])]
        try await entrance.use(routes, bad)
        #expect(entrance.httpsPort == 0, "there is no certificate")
        #expect(try entrance.get().status == 200)
        for _ in 0..<2 { try await entrance.use(routes, [bad[0], good] + bad.dropFirst() + [pipe]) }
        let folder = certificates.folder.path
        #expect(
            entrance.server.problems == [
                "certificate \(folder)/missing.pem: \(folder)/missing.pem is no file that can be read",
                "certificate \(folder)/large.pem: \(folder)/large.pem has more than 256 KiB",
                "certificate \(folder)/text.pem: the certificate is no PEM",
                "certificate \(folder)/good.pem: the key does not belong to the certificate",
                "certificate \(folder): \(folder) is no file that can be read",
            ])
        #expect(entrance.told.lines.count { $0.hasPrefix("certificate ") } == 5, "each is told once")
        #expect(try await Greeting.with(entrance.httpsPort, name: nil).commonName == "good")
        try await entrance.use(routes, [good])
        #expect(entrance.server.problems == [])
        await entrance.stop()
    }

    @Test("a port that is taken is a problem, not an end; it is listened on when it is free")
    func takenPort() async throws {
        let certificates = try await TestCertificates()
        let replica = try TestReplica("hello-1")
        let other = try Wire.listener()
        var limits = EntranceLimits()
        limits.listenTime = .milliseconds(200)
        let files = try await certificates.make("hello", ["DNS:hello.localhost"])
        let entrance = try await TestEntrance([replica], limits: limits, certificates: [files], listenHTTPS: [other.port, 0])
        #expect(entrance.server.problems == ["HTTPS: 127.0.0.1:\(other.port) is taken by another process"])
        #expect(entrance.server.httpsAddresses.count == 1 && entrance.httpsPort != other.port)
        #expect(try entrance.get().status == 200)
        try await entrance.use([replica], certificates: [files])
        #expect(entrance.server.problems.count == 1)
        close(other.descriptor)
        try await eventually("it listens") { entrance.httpsPort == other.port }
        #expect(entrance.server.problems == [] && entrance.server.httpsAddresses.count == 2)
        #expect(entrance.told.lines.count { $0.contains("taken") } == 1)
        #expect(try await Greeting.with(other.port, name: nil).commonName == "hello")
        await entrance.stop()
        #expect(throws: Wire.Failure.self) { try Wire(to: other.port) }
    }
}
