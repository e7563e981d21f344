internal import Glibc
public import NIOCore
public import NIOPosix

/// Plain TCP to the host part of the node's name, or to a host that is known better, at a port that all nodes share.
///
/// There is no EPMD: nodes are started with `-start_epmd false -erl_epmd_port PORT`.
public struct TCPDialer: Dialer {
    /// The port that beamctl's nodes listen on.
    public static let defaultPort = 4370

    private let port: Int
    private let host: String?
    private let group: any EventLoopGroup

    /// - Parameters:
    ///   - port: the port of every peer.
    ///   - host: where the peer is, for one whose name the system cannot look up; nil: as its name says.
    ///   - group: where the connections live; must not be shut down before they are closed.
    public init(
        port: Int = TCPDialer.defaultPort, host: String? = nil,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.port = port
        self.host = host
        self.group = group
    }

    /// Connects. An address is used as it is, a name is looked up by the system.
    ///
    /// - Throws: ``ConnectError``: `connectionRefused`, `timedOut` or `unreachable`.
    public func dial(
        _ peer: PeerName, timeout: Duration, configure: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> any Channel {
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(TimeAmount(timeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer(configure)
        do {
            let host = host ?? peer.host
            if let address = try? SocketAddress(ipAddress: host, port: port) {
                switch LoopbackDoor.knock(address) {
                case .open(let socket): return try await bootstrap.withConnectedSocket(socket).get()
                case .shut: throw refused(peer)
                case .unknown: return try await bootstrap.connect(to: address).get()
                }
            }
            return try await bootstrap.connect(host: host, port: port).get()
        } catch {
            throw describe(error, peer)
        }
    }

    private func describe(_ error: any Error, _ peer: PeerName) -> ConnectError {
        switch error {
        case let error as ConnectError: return error
        case ChannelError.connectTimeout:
            return ConnectError(code: .timedOut, peer: peer, detail: "\(peer.host) port \(port) did not answer in time")
        case let error as IOError where error.errnoCode == ECONNREFUSED: return refused(peer)
        case let error as NIOConnectionError
        where !error.connectionErrors.isEmpty && error.connectionErrors.allSatisfy(isRefusal):
            return refused(peer)
        default: return ConnectError(code: .unreachable, peer: peer, detail: "\(error)")
        }
    }

    private func isRefusal(_ failure: SingleConnectionFailure) -> Bool {
        (failure.error as? IOError)?.errnoCode == ECONNREFUSED
    }

    private func refused(_ peer: PeerName) -> ConnectError {
        ConnectError(code: .connectionRefused, peer: peer, detail: "nothing listens on \(peer.host) port \(port)")
    }
}
