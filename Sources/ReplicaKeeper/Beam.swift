import CLinux
import Glibc

/// The BEAM as a child process, its output on two pipes.
struct Beam {
    let pid: pid_t
    let stdout: Int32
    let stderr: Int32

    /// Starts it.
    init(_ spec: KeeperSpec) throws(KeeperError) {
        let (stdout, childStdout) = try Self.pipe()
        let (stderr, childStderr) = try Self.pipe()
        defer {
            close(childStdout)
            close(childStderr)
        }
        self.stdout = stdout
        self.stderr = stderr
        pid = try spec.start(stdout: childStdout, stderr: childStderr)
    }

    private static func pipe() throws(KeeperError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard beamctl_pipe(&ends) == 0 else { throw .system("make a pipe") }
        return (ends[0], ends[1])
    }
}
