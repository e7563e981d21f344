import Foundation
import Synchronization
import TestSupport
import Testing

/// A machine's entrance, as a client of one app sees it.
struct AppAddress: Sendable {
    let host: String
    let port: Int
    /// The app's host name.
    let name: String

    func wire() throws -> Wire { try Wire(to: port, at: host) }

    /// Asks on a connection of its own.
    func get(_ path: String, fields: String = "") throws -> Message {
        let wire = try wire()
        try wire.send("GET \(path) HTTP/1.1\r\nHost: \(name)\r\nConnection: close\r\n\(fields)\r\n")
        guard let answer = try Message.read(wire) else { throw Wire.Failure(description: "no answer") }
        return answer
    }

    /// Opens the WebSocket of `samples/phoenix_like`.
    func webSocket() throws -> Wire {
        let wire = try wire()
        try wire.send(
            """
            GET /socket/websocket HTTP/1.1\r
            Host: \(name)\r
            Origin: https://\(name)\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r\n
            """)
        let answer = try #require(try Message.read(wire))
        try #require(answer.status == 101, "\(answer)")
        return wire
    }
}

extension Machine {
    /// Where an app is reached from outside, once the entrance knows it.
    func entrance(_ name: String) async throws -> AppAddress {
        struct View: Decodable { let entrance: [String] }
        let listening = try #require(try await json(View.self, "daemon", "status").entrance.first)
        let parts = listening.split(separator: ":")
        return AppAddress(host: String(parts[0]), port: try #require(Int(parts[1])), name: name)
    }
}

/// A client that asks every 10 ms, each time on a connection of its own, until it is told to stop.
final class SteadyClient: Sendable {
    private let counts = Mutex<(asked: Int, failures: [String])>((0, []))
    private let isStopped = Atomic<Bool>(false)
    private let open = Atomic<Int>(0)

    init(_ address: AppAddress, path: String = "/") {
        Thread.detachNewThread { [self] in
            while !isStopped.load(ordering: .relaxed) {
                open.wrappingAdd(1, ordering: .relaxed)
                Thread.detachNewThread { [self] in
                    ask(address, path)
                    open.wrappingSubtract(1, ordering: .relaxed)
                }
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
    }

    private func ask(_ address: AppAddress, _ path: String) {
        let failure: String?
        do {
            let answer = try address.get(path)
            failure = answer.status == 200 ? nil : "\(answer.first): \(answer.body.prefix(200))"
        } catch {
            failure = "\(error)"
        }
        counts.withLock { counts in
            counts.asked += 1
            if let failure { counts.failures.append(failure) }
        }
    }

    /// How often it has asked so far.
    var asked: Int { counts.withLock { $0.asked } }
    /// What went wrong so far.
    var failures: [String] { counts.withLock { $0.failures } }

    /// Stops asking, and waits for the last answers.
    func stop() async throws {
        isStopped.store(true, ordering: .relaxed)
        for _ in 0..<1000 where open.load(ordering: .relaxed) > 0 { try await Task.sleep(for: .milliseconds(10)) }
    }
}
