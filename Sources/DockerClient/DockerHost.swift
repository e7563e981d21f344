public import HTTPTransport

/// Where a Docker Engine listens, as `DOCKER_HOST` names it.
public struct DockerHost: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    public let description: String
    /// How it is reached.
    public let target: HTTPCall.Target
    /// Whether nobody named another.
    public let isStandard: Bool

    private static let standard = "unix:///var/run/docker.sock"

    /// Reads `DOCKER_HOST`: `unix://` and `tcp://`; nil or empty is the socket that Docker's packages set up.
    ///
    /// Throws ``DockerError`` `.badHost`.
    public init(_ text: String?) throws(DockerError) {
        let given = text.flatMap { $0.isEmpty ? nil : $0 }
        let text = given ?? Self.standard
        (description, isStandard) = (text, given == nil)
        if text.hasPrefix("unix://") {
            target = .unix(path: String(text.dropFirst("unix://".count)))
        } else if text.hasPrefix("tcp://") {
            let place = text.dropFirst("tcp://".count).prefix { $0 != "/" }
            guard let colon = place.lastIndex(of: ":"), let port = Int(place[place.index(after: colon)...]),
                (1...65535).contains(port)
            else {
                throw DockerError(
                    .badHost, "DOCKER_HOST is '\(text)', which names no port", next: "export DOCKER_HOST=tcp://host:2375")
            }
            target = .tcp(host: String(place[..<colon]), port: port)
        } else {
            throw DockerError(
                .badHost, "DOCKER_HOST is '\(text)', which is neither unix:// nor tcp://",
                next:
                    "forward its socket: ssh -fNL /tmp/docker.sock:/var/run/docker.sock host; export DOCKER_HOST=unix:///tmp/docker.sock"
            )
        }
    }
}
