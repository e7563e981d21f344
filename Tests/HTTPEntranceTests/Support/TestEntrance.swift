import Foundation
import HTTPEntrance
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// An entrance within the tests' own process, on a port of its own.
final class TestEntrance: Sendable {
    let server: EntranceServer
    let port: Int
    let log: String
    /// What the entrance told its own log.
    let told: Told
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)

    init(
        _ replicas: [TestReplica] = [], limits: EntranceLimits = EntranceLimits(), trusted: TrustedProxies = TrustedProxies(),
        certificates: [CertificateFiles] = [], listenHTTPS: [Int] = [0]
    ) async throws {
        let told = Told()
        self.told = told
        log = FileManager.default.temporaryDirectory.appending(path: "beamctl-access-\(UUID().uuidString)").path
        server = try await EntranceServer.start(
            listen: [try SocketAddress(ipAddress: "127.0.0.1", port: 0)],
            listenHTTPS: try listenHTTPS.map { try SocketAddress(ipAddress: "127.0.0.1", port: $0) }, accessLog: log,
            limits: limits, trusted: trusted, on: Self.group, log: { told.add($0) })
        port = server.addresses.first?.port ?? 0
        try await use(replicas, certificates: certificates)
    }

    /// Where HTTPS is taken; 0 while it is not.
    var httpsPort: Int { server.httpsAddresses.first?.port ?? 0 }

    /// `hello.localhost` leads to these replicas.
    func use(_ replicas: [TestReplica], notes: [String] = [], certificates: [CertificateFiles] = []) async throws {
        try await use(
            [Route(app: "hello", hosts: ["hello.localhost"], endpoints: replicas.map(\.endpoint), notes: notes)], certificates)
    }

    func use(_ routes: [Route], _ certificates: [CertificateFiles] = []) async throws {
        try await server.use(RouteTable(routes: routes, certificates: certificates))
    }

    /// A request on a connection of its own, and its answer.
    func get(_ path: String = "/", host: String = "hello.localhost", fields: String = "") throws -> Message {
        let wire = try Wire(to: port)
        try wire.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n")
        guard let answer = try Message.read(wire) else { throw Wire.Failure(description: "no answer") }
        return answer
    }

    /// The lines of the access log, once there are so many.
    func logged(_ count: Int) async throws -> [[String: Any]] {
        for _ in 0..<200 {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            let lines = text.split(separator: "\n")
            if lines.count >= count {
                return try lines.map { line in
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
                }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Wire.Failure(description: "no \(count) lines in the access log")
    }

    func stop() async {
        await server.stop()
        try? FileManager.default.removeItem(atPath: log)
    }
}

/// Lines, in the order in which they were told.
final class Told: Sendable {
    private let all = Mutex<[String]>([])

    var lines: [String] { all.withLock { $0 } }

    func add(_ line: String) { all.withLock { $0.append(line) } }
}

/// Waits for something that is to come true soon.
func eventually(_ what: String, _ isSo: () -> Bool) async throws {
    for _ in 0..<500 {
        if isSo() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw Wire.Failure(description: "not within 5 s: \(what)")
}
