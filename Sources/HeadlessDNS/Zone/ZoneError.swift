/// A zone that cannot be served.
public struct ZoneError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the zone: `services[2].endpoints[0].address`.
    public let path: String
    /// What is wrong there.
    public let problem: String

    /// The path and the problem in one line.
    public var description: String {
        "\(path): \(problem)"
    }
}
