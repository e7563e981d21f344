public import FleetModel
import FoundationEssentials

/// What the fleet takes from outside: time, chance, and whether a port is free. Tests give their own.
public struct FleetWorld: Sendable {
    /// The time of day.
    public var now: @Sendable () -> Timestamp
    /// Five characters that make a replica's name its own.
    public var suffix: @Sendable () -> String
    /// A new cookie: 32 letters and digits.
    public var cookie: @Sendable () -> String
    /// Whether nothing listens on these ports of the address.
    public var isFree: @Sendable (_ address: String, _ ports: [Int]) -> Bool
    /// Time that only ever goes on, while the machine is awake; from where does not matter.
    public var elapsed: @Sendable () -> Duration

    /// Makes one.
    public init(
        now: @escaping @Sendable () -> Timestamp, suffix: @escaping @Sendable () -> String,
        cookie: @escaping @Sendable () -> String, isFree: @escaping @Sendable (String, [Int]) -> Bool,
        elapsed: @escaping @Sendable () -> Duration
    ) {
        self.now = now
        self.suffix = suffix
        self.cookie = cookie
        self.isFree = isFree
        self.elapsed = elapsed
    }

    /// This machine's.
    public static var real: FleetWorld {
        FleetWorld(
            now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) },
            // Kubernetes' own alphabet: no vowels, so no words; no characters that look alike.
            suffix: { random("bcdfghjklmnpqrstvwxz2456789", 5) },
            cookie: { random("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32) },
            isFree: PortProbe.isFree, elapsed: { start.duration(to: .now) })
    }

    private static let start = SuspendingClock.now

    /// The system's generator is cryptographically secure on Linux (getrandom(2)).
    private static func random(_ alphabet: String, _ count: Int) -> String {
        let characters = Array(alphabet)
        return String((0..<count).compactMap { _ in characters.randomElement() })
    }
}
