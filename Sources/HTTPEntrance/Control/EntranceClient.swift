internal import JSONText
public import NIOCore
internal import ProcessControl

/// Tells an entrance its routes, over its control socket.
///
/// One connection: calls may overlap and are answered in order, so a ``drain(_:patience:)`` wants a connection of its own.
public struct EntranceClient: Sendable {
    private let control: ControlClient

    /// Connects to the socket at a path. `timeout` is how long each call, this one too, may take.
    ///
    /// - Throws: `ControlError` with the code `notRunning` when nobody listens there.
    public static func connect(
        socketPath: String, timeout: TimeAmount = .seconds(5), on group: any EventLoopGroup
    ) async throws -> EntranceClient {
        EntranceClient(control: try await ControlClient.connect(socketPath: socketPath, timeout: timeout, on: group))
    }

    /// Has routes written down and used. Returns when every request that begins from then on takes them.
    ///
    /// - Throws: `ControlError`; with `refused` the routes before stay.
    public func apply(_ table: RouteTable) async throws {
        _ = try await control.call(EntranceOrder.apply(table).json)
    }

    /// Has nothing open to a replica that is in no route any more: waits for its requests, at most so long, then closes its
    /// WebSockets.
    ///
    /// - Returns: how many requests are open even then.
    /// - Throws: `ControlError`.
    public func drain(_ replica: String, patience: Duration) async throws -> Int {
        let (seconds, attoseconds) = patience.components
        let order = EntranceOrder.drain(replica: replica, milliseconds: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        let reply = try await control.call(order.json)
        return try ControlClient.reading { () throws(JSONProblem) in try reply.member("left").integer() }
    }

    /// Has the entrance listen and believe otherwise; connections that are open stay so. Returns how it is then.
    ///
    /// - Throws: `ControlError`; with `refused` everything is as it was: `cannot_listen`, or `bad_request` from an entrance that does not
    ///   know this order.
    public func configure(_ configuration: EntranceConfiguration) async throws -> EntranceStatus {
        let reply = try await control.call(EntranceOrder.configure(configuration).json)
        return try ControlClient.reading { () throws(JSONProblem) in try EntranceStatus(try reply.member("status")) }
    }

    /// How the entrance is.
    ///
    /// - Throws: `ControlError`.
    public func status() async throws -> EntranceStatus {
        let reply = try await control.call(EntranceOrder.status.json)
        return try ControlClient.reading { () throws(JSONProblem) in try EntranceStatus(try reply.member("status")) }
    }

    /// Has the entrance stop. It answers first, and then stops listening and exits.
    ///
    /// - Throws: `ControlError`.
    public func stop() async throws {
        _ = try await control.call(EntranceOrder.stop.json)
    }

    /// Ends the connection; calls under way fail.
    public func close() async { await control.close() }

    /// Returns when the connection has ended, whoever ended it: at once when the entrance is killed.
    public func untilClosed() async { await control.untilClosed() }
}
