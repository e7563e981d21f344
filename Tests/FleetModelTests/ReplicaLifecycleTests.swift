import FleetModel
import Testing

@Suite("The life of a replica")
struct ReplicaLifecycleTests {
    private let start = Timestamp(milliseconds: 1_000_000)

    private func ended(at moment: Timestamp) -> ReplicaLifecycle.Event {
        .exited(Replica.Exit(code: 1, signal: nil, at: moment))
    }

    @Test("starting, then ready")
    func becomesReady() {
        var replica = Sample.replica("a", phase: .pending)
        #expect(ReplicaLifecycle.handle(.started(pid: 42), of: &replica, now: start) == .none)
        #expect(replica.phase == .starting)
        #expect(replica.pid == 42)
        #expect(ReplicaLifecycle.handle(.becameReady, of: &replica, now: start) == .none)
        #expect(replica.phase == .ready)
        #expect(replica.restarts == 0)
    }

    @Test("a process id that is told late, after the node has answered, is no new start")
    func lateProcess() {
        var replica = Sample.replica("a", phase: .pending)
        _ = ReplicaLifecycle.handle(.started(pid: nil), of: &replica, now: start)
        _ = ReplicaLifecycle.handle(.becameReady, of: &replica, now: start)
        #expect(ReplicaLifecycle.handle(.started(pid: 42), of: &replica, now: start) == .none)
        #expect(replica.phase == .ready && replica.pid == 42 && replica.restarts == 0)
    }

    @Test("the first end is followed by a start at once, later ones by waits that double from 10 s to 5 minutes")
    func backoff() {
        var replica = Sample.replica("a", phase: .starting)
        var waits: [Int64] = []
        for _ in 0..<9 {
            switch ReplicaLifecycle.handle(ended(at: start), of: &replica, now: start) {
            case .start: waits.append(0)
            case .startAt(let moment): waits.append(moment.since(start).milliseconds / 1000)
            default: Issue.record("an end must be followed by a start")
            }
            _ = ReplicaLifecycle.handle(.started(pid: 1), of: &replica, now: start)
        }
        #expect(waits == [0, 10, 20, 40, 80, 160, 300, 300, 300])
    }

    @Test("ten minutes of health forgive earlier ends")
    func forgiveness() {
        var replica = Sample.replica("a", phase: .starting)
        for _ in 0..<4 { _ = ReplicaLifecycle.handle(ended(at: start), of: &replica, now: start) }
        _ = ReplicaLifecycle.handle(.started(pid: 1), of: &replica, now: start)
        _ = ReplicaLifecycle.handle(.becameReady, of: &replica, now: start)
        let later = start + .seconds(600)
        #expect(ReplicaLifecycle.handle(ended(at: later), of: &replica, now: later) == .start)
    }

    @Test("a replica that was told to stop is forgotten when it ends, never started again")
    func stopping() {
        var replica = Sample.replica("a")
        #expect(ReplicaLifecycle.handle(.stopRequested(reason: "scaled to 0", drains: false), of: &replica, now: start) == .stop)
        #expect(ReplicaLifecycle.handle(.stopRequested(reason: "again", drains: false), of: &replica, now: start) == .none)
        #expect(ReplicaLifecycle.handle(.becameReady, of: &replica, now: start) == .none)
        #expect(replica.phase == .stopping)
        #expect(ReplicaLifecycle.handle(ended(at: start), of: &replica, now: start) == .forget)
    }

    @Test("a replica that serves requests finishes them before it is told to end")
    func draining() {
        var replica = Sample.replica("a")
        replica.readyAt = start
        #expect(ReplicaLifecycle.handle(.stopRequested(reason: "replaced", drains: true), of: &replica, now: start) == .drain)
        #expect(replica.phase == .draining && replica.reason == "replaced")
        #expect(ReplicaLifecycle.handle(.stopRequested(reason: "again", drains: true), of: &replica, now: start) == .none)
        #expect(ReplicaLifecycle.handle(.becameUnready(reason: "late"), of: &replica, now: start) == .none)
        #expect(ReplicaLifecycle.handle(.killed(reason: "late"), of: &replica, now: start) == .none)
        #expect(ReplicaLifecycle.handle(.started(pid: 7), of: &replica, now: start) == .none)
        #expect(ReplicaLifecycle.handle(.drained, of: &replica, now: start) == .stop)
        #expect(replica.phase == .stopping)
        #expect(ReplicaLifecycle.handle(.drained, of: &replica, now: start) == .none)
    }

    @Test("a replica that ends while it is drained is forgotten")
    func endsWhileDraining() {
        var replica = Sample.replica("a")
        replica.readyAt = start
        _ = ReplicaLifecycle.handle(.stopRequested(reason: "replaced", drains: true), of: &replica, now: start)
        #expect(ReplicaLifecycle.handle(ended(at: start), of: &replica, now: start) == .forget)
    }

    @Test("one that never was ready has no requests to finish")
    func nothingToDrain() {
        var replica = Sample.replica("a", phase: .starting)
        #expect(ReplicaLifecycle.handle(.stopRequested(reason: "replaced", drains: true), of: &replica, now: start) == .stop)
    }

    @Test("a replica that waits for its next start is forgotten at once when it is told to stop")
    func stoppingInBackoff() {
        var replica = Sample.replica("a", phase: .backoff)
        #expect(ReplicaLifecycle.handle(.stopRequested(reason: "destroyed", drains: true), of: &replica, now: start) == .forget)
    }

    @Test("a BEAM that comes up after its replica was told to stop is stopped")
    func lateStart() {
        var replica = Sample.replica("a", phase: .stopping)
        #expect(ReplicaLifecycle.handle(.started(pid: 7), of: &replica, now: start) == .stop)
        #expect(replica.phase == .stopping)
    }

    @Test("a health check that fails during the boot gives a reason and no other phase")
    func unreadyWhileStarting() {
        var replica = Sample.replica("a", phase: .starting)
        _ = ReplicaLifecycle.handle(.becameUnready(reason: "GET /health answers 500"), of: &replica, now: start)
        #expect(replica.phase == .starting)
        #expect(replica.reason == "GET /health answers 500")
    }
}
