internal import JSONText
public import NIOCore
internal import ProcessControl

/// Tells a name server its zone, over its control socket.
///
/// One connection: calls may overlap and are answered in order. After a call that failed with `ControlError` other than `refused`
/// the connection is closed; to connect again is the caller's business.
public struct NameServerClient: Sendable {
    private let control: ControlClient

    /// Connects to the socket at a path. `timeout` is how long each call, this one too, may take.
    ///
    /// - Throws: `ControlError` with the code `notRunning` when nobody listens there.
    public static func connect(
        socketPath: String, timeout: TimeAmount = .seconds(5), on group: any EventLoopGroup
    ) async throws -> NameServerClient {
        NameServerClient(control: try await ControlClient.connect(socketPath: socketPath, timeout: timeout, on: group))
    }

    /// Has a zone written down and served.
    ///
    /// - Returns: the serial of the zone once every query is answered out of it.
    /// - Throws: `ControlError`; with `refused` the zone served before stays.
    @discardableResult
    public func apply(_ zone: Zone) async throws -> UInt32 {
        let reply = try await control.call(NameServerOrder.apply(zone).json)
        return try ControlClient.reading { () throws(JSONProblem) in try reply.member("serial").integer() }
    }

    /// How the server is.
    ///
    /// - Throws: `ControlError`.
    public func status() async throws -> NameServerStatus {
        let reply = try await control.call(NameServerOrder.status.json)
        return try ControlClient.reading { () throws(JSONProblem) in try NameServerStatus(try reply.member("status")) }
    }

    /// Has the server stop. It answers first, and then stops listening and exits.
    ///
    /// - Throws: `ControlError`.
    public func stop() async throws {
        _ = try await control.call(NameServerOrder.stop.json)
    }

    /// Ends the connection; calls under way fail with `closed`.
    public func close() async { await control.close() }

    /// Returns when the connection has ended, whoever ended it: at once when the server is killed.
    public func untilClosed() async { await control.untilClosed() }
}
