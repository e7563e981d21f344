import Glibc

/// A BEAM whose keeper was killed: nobody drains its output or would note its end, so it is ended before a new one starts.
enum OrphanedBeam {
    /// Kills the process group that the slot's state names, if it is still the same one; waits until the slot's lock is free.
    static func end(_ slot: SlotDirectory) {
        if case .running(let beam, _) = slot.state(), beam.isAlive { kill(-beam.pid, SIGKILL) }
        // The kernel gives the lock back when it has torn the processes down, which takes milliseconds.
        for _ in 0..<500 where slot.isLocked() { usleep(10_000) }
    }
}
