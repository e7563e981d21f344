import CLinux
import Glibc

/// Everything that a BEAM started, wherever it went: port programs leave the process group, so the group is not enough. The
/// keeper is the subreaper, so whatever loses its parent becomes a child of the keeper.
enum Descendants {
    /// Makes this process the one that orphans fall to.
    static func adopt() {
        _ = beamctl_become_subreaper()
    }

    /// Kills the group, then whatever falls to this process, until nothing is left.
    static func killAll(group: pid_t) {
        kill(-group, SIGKILL)
        while true {
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
            if let pid = pid_t(name), parent(of: pid) == getpid() { found.append(pid) }
        }
        return found
    }

    private static func parent(of pid: pid_t) -> pid_t? {
        ProcessStat(pid: pid)?.parent
    }
}
