/// When a request is sent again, and after how long. A value: what happened comes in, the time to wait comes out.
struct RetryPolicy: Sendable {
    /// How often in all.
    var attempts = 5
    /// The first wait; each is twice the one before.
    var first = Duration.milliseconds(200)
    /// The longest wait that is made without being asked to, and that is granted to a server.
    var longest = Duration.seconds(8)

    /// What a request does when it arrives twice.
    enum Repeatability: Sendable {
        /// The same: it reads, or says what shall be.
        case safe
        /// Perhaps something else: it is sent again only when it never was taken.
        case unsafe
    }

    /// How long to wait before the next attempt; nil: there is none.
    ///
    /// - Parameters:
    ///   - attempt: How many there were, from 1.
    ///   - jitter: 0 to 1; keeps many clients from coming at once.
    func wait(after error: KubernetesError, attempt: Int, _ repeatability: Repeatability, wasRefused: Bool, jitter: Double)
        -> Duration?
    {
        guard attempt < attempts else { return nil }
        let isWorthIt: Bool
        switch error.code {
        // It was turned away at the door.
        case .tooManyRequests: isWorthIt = true
        case .unavailable: isWorthIt = repeatability == .safe
        case .unreachable: isWorthIt = wasRefused || repeatability == .safe
        default: isWorthIt = false
        }
        guard isWorthIt else { return nil }
        if let asked = error.retryAfter { return asked <= longest ? max(asked, first) : nil }
        let grown = min(first * (1 << (attempt - 1)), longest)
        return grown * (0.5 + jitter / 2)
    }
}
