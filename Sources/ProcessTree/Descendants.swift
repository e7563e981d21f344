import CLinux
import Glibc

/// Everything that a BEAM started, wherever it went: port programs leave the process group, so the group is not enough. Whoever
/// watches over a BEAM is the subreaper, so whatever loses its parent becomes a child of the watcher.
public enum Descendants {
    /// Makes this process the one that orphans fall to.
    public static func adopt() {
        _ = beamctl_become_subreaper()
    }

    /// Kills a process group, if one is named, then whatever is or falls to a child of this process, until nothing is left.
    public static func killAll(group: Int32? = nil) {
        if let group { kill(-group, SIGKILL) }
        while true {
            // Mostly nothing is left, and looking for it means to read of every process of the machine.
            let ended = waitpid(-1, nil, WNOHANG)
            if ended < 0 && errno == ECHILD { return }
            guard ended == 0 else { continue }
            for child in children() { kill(child, SIGKILL) }
            if waitpid(-1, nil, 0) < 0 && errno == ECHILD { return }
        }
    }

    /// The process ids whose parent is this process.
    private static func children() -> [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var found: [pid_t] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let pid = pid_t(name), ProcessStat(pid: pid)?.parent == getpid() { found.append(pid) }
        }
        return found
    }
}
