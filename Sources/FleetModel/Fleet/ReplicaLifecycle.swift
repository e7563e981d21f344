/// The rules by which a replica goes from phase to phase. Pure: what happened goes in, what to do comes out.
public enum ReplicaLifecycle {
    /// Something that happened to a replica.
    public enum Event: Hashable, Sendable {
        /// Its BEAM is being started (nil), or was started as this process.
        case started(pid: Int32?)
        /// Its BEAM could not be started.
        case startFailed(reason: String)
        /// It passed everything that READY asks for.
        case becameReady
        /// It lives and does not answer as it should.
        case becameUnready(reason: String)
        /// Its BEAM is killed by the platform, for this reason.
        case killed(reason: String)
        /// Its BEAM ended.
        case exited(Replica.Exit)
        /// It is no longer wanted. One that serves requests is drained first.
        case stopRequested(reason: String, drains: Bool)
        /// Its requests are finished, or have had their time.
        case drained
    }

    /// What the platform has to do then.
    public enum Action: Hashable, Sendable {
        /// Nothing but to remember the new state.
        case none
        /// Start a BEAM at once.
        case start
        /// Start a BEAM when this moment has come.
        case startAt(Timestamp)
        /// Let it finish its requests, then tell of ``Event/drained``.
        case drain
        /// Tell the BEAM to end.
        case stop
        /// Forget the replica: nothing of it is left.
        case forget
    }

    /// How long a BEAM must have been ready for its earlier ends to be forgiven.
    public static let forgivenAfter = Duration.seconds(600)
    /// The first wait; it doubles with each further end.
    public static let firstBackoff = Duration.seconds(10)
    /// The longest wait.
    public static let longestBackoff = Duration.seconds(300)

    /// How long to wait before the next start after so many ends in a row: none after the first, then Kubernetes'
    /// CrashLoopBackOff, 10 s doubling up to 5 minutes.
    public static func backoff(failures: Int) -> Duration {
        guard failures > 1 else { return .zero }
        let doublings = min(failures - 2, 5)
        return min(firstBackoff * (1 << doublings), longestBackoff)
    }

    /// Changes the replica by what happened, and says what to do.
    public static func handle(_ event: Event, of replica: inout Replica, now: Timestamp) -> Action {
        switch event {
        case .started(let pid):
            return started(&replica, pid: pid, now: now)
        case .startFailed(let reason):
            return ended(&replica, reason: reason, now: now)
        case .becameReady:
            guard replica.phase == .starting || replica.phase == .unready else { return .none }
            replica.phase = .ready
            replica.reason = nil
            replica.readyAt = now
            return .none
        case .becameUnready(let reason):
            guard replica.phase == .ready || replica.phase == .unready || replica.phase == .starting else { return .none }
            // Why it is killed says more than that it does not answer any more.
            guard replica.killedFor == nil else { return .none }
            if replica.phase == .ready { replica.phase = .unready }
            replica.reason = reason
            return .none
        case .killed(let reason):
            guard !replica.phase.isLeaving else { return .none }
            if replica.phase == .ready { replica.phase = .unready }
            replica.reason = reason
            replica.killedFor = reason
            return .none
        case .exited(let exit):
            replica.lastExit = exit
            replica.lastExit?.startedAt = replica.startedAt
            replica.pid = nil
            if wasHealthyLong(replica, now: exit.at) { replica.failures = 0 }
            return ended(&replica, reason: replica.killedFor ?? exit.summary, now: now)
        case .stopRequested(let reason, let drains):
            return stopRequested(&replica, reason: reason, drains: drains)
        case .drained:
            guard replica.phase == .draining else { return .none }
            replica.phase = .stopping
            return .stop
        }
    }

    private static func started(_ replica: inout Replica, pid: Int32?, now: Timestamp) -> Action {
        guard replica.phase != .draining else {
            replica.pid = pid ?? replica.pid
            return .none
        }
        guard replica.phase != .stopping else { return .stop }
        // Its process is told after its start was, and may be told after its node has answered already.
        if replica.pid == nil && (replica.phase == .starting || replica.phase == .ready || replica.phase == .unready) {
            replica.pid = pid
            return .none
        }
        if replica.startedAt != nil { replica.restarts += 1 }
        replica.phase = .starting
        replica.killedFor = nil
        replica.pid = pid
        replica.startedAt = now
        replica.readyAt = nil
        replica.startsAgainAt = nil
        return .none
    }

    private static func wasHealthyLong(_ replica: Replica, now: Timestamp) -> Bool {
        guard replica.phase == .ready || replica.phase == .unready, let readyAt = replica.readyAt else { return false }
        return now.since(readyAt) >= forgivenAfter
    }

    private static func ended(_ replica: inout Replica, reason: String, now: Timestamp) -> Action {
        guard !replica.phase.isLeaving else { return .forget }
        replica.failures += 1
        replica.phase = .backoff
        replica.reason = reason
        replica.pid = nil
        let wait = backoff(failures: replica.failures)
        replica.startsAgainAt = now + wait
        return wait == .zero ? .start : .startAt(now + wait)
    }

    private static func stopRequested(_ replica: inout Replica, reason: String, drains: Bool) -> Action {
        guard !replica.phase.isLeaving else { return .none }
        let hasProcess = replica.phase != .pending && replica.phase != .backoff
        // One that never was ready has no requests.
        let mayHaveRequests = drains && hasProcess && replica.readyAt != nil
        replica.phase = mayHaveRequests ? .draining : .stopping
        replica.reason = reason
        replica.startsAgainAt = nil
        return mayHaveRequests ? .drain : hasProcess ? .stop : .forget
    }
}
