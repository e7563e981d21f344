import Foundation
import Glibc
import HTTPEntrance
import Synchronization
import TestSupport

/// A replica whose every octet a test decides on: it hands each request to the test's own code, a thread for each connection.
final class TestReplica: Sendable {
    typealias Behaviour = @Sendable (Message, Wire) throws -> Void

    let name: String
    let port: Int
    private let descriptor: Int32
    private let seen = Mutex<[Message]>([])
    private let open = Mutex<[Wire]>([])

    /// The requests that came, whole.
    var requests: [Message] { seen.withLock { $0 } }
    /// How many connections were made to it.
    var connections: Int { open.withLock { $0.count } }

    /// What nobody told otherwise: an answer that names the replica and repeats the body.
    static let plain: Behaviour = { request, wire in try wire.answer(body: request.body) }

    init(_ name: String, _ behaviour: @escaping Behaviour = TestReplica.plain) throws {
        self.name = name
        (descriptor, port) = try Wire.listener()
        let descriptor = descriptor
        Thread { [self] in
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                let wire = Wire(descriptor: connection)
                open.withLock { $0.append(wire) }
                Thread { [self] in try? serve(wire, behaviour) }.start()
            }
        }.start()
    }

    private func serve(_ wire: Wire, _ behaviour: Behaviour) throws {
        defer { wire.end() }
        while let request = try Message.read(wire) {
            seen.withLock { $0.append(request) }
            try behaviour(request, wire)
        }
    }

    /// Listens no more and cuts what is open, as a kill does.
    func kill() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        open.withLock { wires in wires.forEach { $0.end() } }
    }

    /// Cuts what is open, and goes on listening.
    func cutConnections() { open.withLock { wires in wires.forEach { $0.end() } } }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    var endpoint: Route.Endpoint { Route.Endpoint(replica: name, address: "127.0.0.1", port: UInt16(port)) }
}

extension Wire {
    /// Answers with 200, a length and a body.
    func answer(body: String, fields: String = "") throws {
        try send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)")
    }
}
