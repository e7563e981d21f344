import HTTPTransport
public import NIOCore

extension KubernetesClient {
    /// Opens a stream of bytes to a port of a pod, through the API server. The port is that of the pod's loopback as well.
    ///
    /// One connection in the pod for each; when that ends, the channel does. A port that nothing listens on is told as an error of the
    /// channel (``KubernetesError`` `.streamFailed`) after it was opened, or is thrown; so is an end before the first byte has come.
    ///
    /// - Parameters:
    ///   - timeout: How long it may take until the API server has opened it.
    ///   - configure: Puts into the channel what is to take the bytes; it is active already.
    /// - Returns: The channel; closing it ends the connection in the pod.
    public func portForward(
        _ pod: String, port: Int, in namespace: String? = nil, timeout: Duration = .seconds(10),
        configure: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> any Channel {
        let place = "pod \(pod) port \(port)"
        let path = path(.pods, namespace, pod, subresource: "portforward") + Query.text([("ports", "\(port)")])
        do {
            return try await openWebSocket(path, [PortForwardChannels.subprotocol], timeout: timeout) { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PortForwardHandler(port: port, place: place))
                }.flatMap { configure(channel) }
            }
        } catch let error as KubernetesError where error.code == .streamFailed {
            throw PortForwardHandler.failure("\(place): \(error.reason)")
        }
    }

    /// Opens a WebSocket at a path of the API. The server speaks SPDY by another name there, which only old clients need.
    func openWebSocket(
        _ path: String, _ subprotocols: [String], timeout: Duration, configure: @escaping WebSocketConfiguration
    ) async throws -> any Channel {
        let credential = try await credentials.current()
        do {
            return try await openWebSocket(path, subprotocols, credential, timeout, configure)
        } catch let error as KubernetesError where error.code == .unauthorized {
            guard await credentials.reject(credential) else { throw error }
        }
        return try await openWebSocket(path, subprotocols, try await credentials.current(), timeout, configure)
    }

    private func openWebSocket(
        _ path: String, _ subprotocols: [String], _ credential: Credential, _ timeout: Duration,
        _ configure: @escaping WebSocketConfiguration
    ) async throws -> any Channel {
        var call = call(Request(method: "GET", path: path, repeatability: .unsafe), credential)
        if access.serverName != nil {
            call.headers.append(("Host", "\(access.serverName ?? ""):\(access.server.port)"))
        }
        do {
            return try await transport.openWebSocket(
                call, subprotocols: subprotocols, timeout: timeout, longestMessage: 32 << 20, configure: configure)
        } catch let refused as WebSocketRefused {
            throw error(refused.answer.head, Array(refused.answer.body.readableBytesView), "GET", path)
        } catch is WebSocketEnded {
            throw KubernetesError(.streamFailed, "the connection ended while it was being opened")
        } catch let failure as HTTPFailure {
            throw error(failure, "GET", path)
        }
    }
}
