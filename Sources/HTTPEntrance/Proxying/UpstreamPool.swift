internal import NIOCore

/// The idle connections of one event loop to replicas. A connection that is closed may tell so at once, within the call that closed it.
final class UpstreamPool {
    private let limits: EntranceLimits
    private var idle: [ObjectIdentifier: [UpstreamHandler]] = [:]

    init(limits: EntranceLimits) {
        self.limits = limits
    }

    /// The connection to a replica that was used last; none that has been idle for longer than `within`.
    func take(_ backend: Backend, within: TimeAmount, now: NIODeadline) -> UpstreamHandler? {
        while let last = idle[ObjectIdentifier(backend)]?.popLast() {
            if last.isUsable, last.idleSince + within > now { return last }
            last.close()
        }
        return nil
    }

    /// Keeps a connection that has nothing to do.
    func keep(_ upstream: UpstreamHandler) {
        let key = ObjectIdentifier(upstream.backend)
        guard !upstream.backend.isLeaving, idle[key]?.count ?? 0 < limits.poolSize else { return upstream.close() }
        upstream.idleSince = .now()
        idle[key, default: []].append(upstream)
    }

    /// Forgets a connection that ended.
    func forget(_ upstream: UpstreamHandler) {
        let key = ObjectIdentifier(upstream.backend)
        idle[key]?.removeAll { $0 === upstream }
        if idle[key]?.isEmpty == true { idle[key] = nil }
    }

    /// Closes those that have been idle for long.
    func closeIdle(_ now: NIODeadline) {
        close(where: { $0.idleSince + limits.poolTime < now })
    }

    /// Closes those to replicas that take no requests any more.
    func closeLeaving() {
        close(where: { $0.backend.isLeaving })
    }

    private func close(where condition: (UpstreamHandler) -> Bool) {
        let closing = idle.values.joined().filter(condition)
        for upstream in closing {
            forget(upstream)
            upstream.close()
        }
    }
}
