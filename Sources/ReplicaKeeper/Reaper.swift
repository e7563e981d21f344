import CLinux
import Glibc

/// Waits for the BEAM's end on a thread of its own, so that the keeper's loop can wait for several things at once without
/// signal handlers. It also reaps what the BEAM left behind while it lived.
struct Reaper {
    /// Becomes readable when the BEAM has ended.
    let ended: Int32

    init(of beam: pid_t) throws(KeeperError) {
        var ends: [Int32] = [-1, -1]
        guard beamctl_pipe(&ends) == 0 else { throw .system("make a pipe") }
        ended = ends[0]
        let task = UnsafeMutablePointer<Task>.allocate(capacity: 1)
        task.initialize(to: Task(beam: beam, tell: ends[1]))
        var thread = pthread_t()
        guard pthread_create(&thread, nil, { Reaper.wait(for: $0) }, task) == 0 else { throw .system("start a thread") }
        pthread_detach(thread)
    }

    private struct Task {
        let beam: pid_t
        let tell: Int32
    }

    /// The BEAM's wait status, once ``ended`` is readable.
    func status() -> Int32? {
        var status: Int32 = 0
        return read(ended, &status, MemoryLayout<Int32>.size) == MemoryLayout<Int32>.size ? status : nil
    }

    private static func wait(for argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let task = argument?.assumingMemoryBound(to: Task.self).move() else { return nil }
        var status: Int32 = 0
        while true {
            let pid = waitpid(-1, &status, 0)
            if pid < 0 && errno != EINTR { break }
            if pid == task.beam { break }
        }
        write(task.tell, &status, MemoryLayout<Int32>.size)
        return nil
    }
}
