import FleetModel
import Foundation
import Glibc
import LocalPlatform
import ProcessTree

/// A daemon that lives and does not answer.
struct SilentDaemon {
    private let home: Home

    init(_ home: Home) {
        self.home = home
    }

    /// The process that holds the daemon's lock; nil when none does.
    private var pid: Int32? {
        guard DaemonLock.isHeld(home), let text = try? String(contentsOfFile: home.daemonLock, encoding: .utf8) else {
            return nil
        }
        return Int32(text.prefix { !$0.isNewline })
    }

    /// What is the matter with it, and the way out.
    var error: PlatformError {
        guard let pid else { return PlatformError(.unresponsive, "the daemon does not answer", hint: "beamctl daemon status") }
        let isStopped = ProcessStat(pid: pid)?.isStopped ?? false
        return PlatformError(
            .unresponsive, "the daemon does not answer: process \(pid) \(isStopped ? "is stopped" : "hangs")",
            hint: (isStopped ? "kill -CONT \(pid), or " : "")
                + "beamctl daemon stop --force: the next command starts another, and replicas keep running")
    }

    /// Kills it, which costs nothing but itself. Returns whether there was one.
    func kill() throws -> Bool {
        guard let pid else { return false }
        guard Glibc.kill(pid, SIGKILL) == 0 || errno == ESRCH else {
            throw CommandFailure("system", "cannot kill process \(pid): \(String(cString: strerror(errno)))")
        }
        return true
    }
}
