/// How one revision takes over from another, in Kubernetes' words.
public struct RolloutSpec: Hashable, Codable, Sendable {
    /// A number of replicas, or a share of the wanted ones.
    public enum Amount: Hashable, Codable, Sendable {
        /// So many replicas.
        case count(Int)
        /// So many percent of the wanted replicas.
        case percent(Int)
    }

    /// How many replicas more than wanted may live during a rollout; a share is rounded up.
    public var maxSurge: Amount
    /// How many of the wanted replicas may be missing during a rollout; a share is rounded down.
    public var maxUnavailable: Amount

    /// One at a time, and never fewer than wanted.
    public init(maxSurge: Amount = .count(1), maxUnavailable: Amount = .count(0)) {
        self.maxSurge = maxSurge
        self.maxUnavailable = maxUnavailable
    }

    /// The bounds for so many wanted replicas. When both come out as 0 nothing could ever move, so one may then be missing,
    /// as in Kubernetes' `ResolveFenceposts`.
    public func bounds(replicas: Int) -> (surge: Int, unavailable: Int) {
        let surge = maxSurge.of(replicas, roundingUp: true)
        let unavailable = maxUnavailable.of(replicas, roundingUp: false)
        return surge == 0 && unavailable == 0 ? (0, 1) : (surge, unavailable)
    }
}

extension RolloutSpec.Amount {
    fileprivate func of(_ replicas: Int, roundingUp: Bool) -> Int {
        switch self {
        case .count(let count): count
        case .percent(let percent): (replicas * percent + (roundingUp ? 99 : 0)) / 100
        }
    }
}
