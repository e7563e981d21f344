import FleetModel
import Logging

extension Fleet {
    /// How long after a BEAM ought to be dead its keeper is taken for one that does not hear: frozen, or stuck on a broken disk.
    private static let keeperPatience = Duration.seconds(5)

    /// Has a BEAM asked to end, and killed after the app's grace.
    func order(_ beam: any RunningReplica, toStop replica: Replica) {
        let grace = grace(of: replica)
        beam.stop(grace: grace, isBooting: replica.readyAt == nil)
        workQueue.yield(.overdue(replica.name, pid: replica.pid, world.now() + (grace + Self.keeperPatience)))
    }

    /// Has a BEAM killed.
    func order(_ beam: any RunningReplica, toKill replica: Replica) {
        beam.kill()
        workQueue.yield(.overdue(replica.name, pid: replica.pid, world.now() + Self.keeperPatience))
    }

    /// A BEAM that was to have ended by now: when it is still the same one, what stands between it and us is ended first.
    func endOverdue(_ name: String, pid: Int32?) {
        guard let replica = replicas[name], replica.pid == pid, let beam = running[name], beam.abandon() else { return }
        log.warning("its keeper does not hear, and was killed", metadata: ["replica": "\(name)", "pid": "\(pid ?? 0)"])
    }
}
