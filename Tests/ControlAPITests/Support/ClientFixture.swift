import ControlAPI
import Foundation
import HTTPTransport
import Synchronization

/// The server behind a client's socket; it may be there from the first, or come when the client asks for a daemon.
final class ServerSlot: Sendable {
    let socket: String
    private let server = Mutex<ScriptedServer?>(nil)
    private let count = Mutex(0)
    private let revived: [ScriptedServer.Answer]?

    struct CannotRevive: Error {}

    init(socket: String, revived: [ScriptedServer.Answer]?) {
        self.socket = socket
        self.revived = revived
    }

    /// How often a daemon was asked for.
    var timesRevived: Int { count.withLock { $0 } }
    /// What the server that is there now was asked.
    var requests: [ScriptedServer.Request] { server.withLock { $0?.requests ?? [] } }

    func start(_ answers: [ScriptedServer.Answer]) throws {
        let new = try ScriptedServer(at: socket, answers)
        server.withLock { $0 = new }
    }

    func revive() throws {
        count.withLock { $0 += 1 }
        guard let revived else { throw CannotRevive() }
        end()
        unlink(socket)
        try start(revived)
    }

    /// The server goes; its socket's file stays, as after a kill.
    func end() {
        server.withLock { $0 = nil }
    }
}

/// Hands a test a client of a scripted server, and tidies up. With `answers` nil, nothing listens at first.
func withClient(
    _ answers: [ScriptedServer.Answer]?, revived: [ScriptedServer.Answer]? = nil, patience: Duration = .seconds(5),
    _ body: (DaemonClient, ServerSlot) async throws -> Void
) async throws {
    let folder = NSTemporaryDirectory() + "bctl-api-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let slot = ServerSlot(socket: folder + "/s", revived: revived)
    if let answers { try slot.start(answers) }
    let transport = HTTPTransport()
    let client = DaemonClient(transport: transport, socket: slot.socket, patience: patience) { try slot.revive() }
    let result: Result<Void, any Error>
    do { result = .success(try await body(client, slot)) } catch { result = .failure(error) }
    slot.end()
    await transport.shutdown()
    try? FileManager.default.removeItem(atPath: folder)
    try result.get()
}
