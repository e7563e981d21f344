import ControlAPI
import FleetModel
import Foundation
import HTTPTransport
import LocalPlatform

/// What a verb works with: the terminal, the surroundings, the platform. Made once for a command.
struct Session: Sendable {
    let surroundings: Surroundings
    let terminal: Terminal
    let transport: HTTPTransport
    let home: Home
    let client: DaemonClient

    /// Makes one, hands it over, and tidies up.
    static func run<Value>(_ body: (Session) async throws -> Value) async throws -> Value {
        let surroundings = Surroundings.current()
        let home = try surroundings.home()
        let transport = HTTPTransport()
        let starter = DaemonStarter(home: home, surroundings: surroundings)
        let client = DaemonClient(transport: transport, socket: home.socket) { try await starter.start() }
        let session = Session(
            surroundings: surroundings, terminal: Terminal(noColour: surroundings.noColour), transport: transport, home: home,
            client: client)
        do {
            let value = try await body(session)
            await transport.shutdown()
            return value
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    /// The platform that a verb talks to.
    var platform: any Platform { client }
}
