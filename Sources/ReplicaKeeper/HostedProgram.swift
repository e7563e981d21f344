import CLinux
import Glibc
import ProcessTree

/// A program that is run for a command, here or on another machine: its output is this process' own, and it ends, with everything that
/// it has started, when nobody listens any more. However the command ends: then standard input ends.
struct HostedProgram {
    private let spec: KeeperSpec
    private let pid: pid_t
    private let reaper: Reaper
    private let signals: Int32

    /// How long it may take to end when it is asked to, in milliseconds; then it is killed. Less than who called allows for all of it.
    private static let patience: Int32 = 1000
    /// What ends the tokens: one that is empty.
    private static let end: [UInt8] = [0, 0]
    /// The longest spec, in bytes.
    private static let longest = 16 << 20

    /// Reads what is to be run from standard input, and starts it.
    init() throws(KeeperError) {
        signals = beamctl_signal_descriptor()
        guard signals >= 0 else { throw .system("listen to signals") }
        spec = try KeeperSpec(Self.received())
        pid = try spec.start()
        reaper = try Reaper(of: pid)
    }

    /// Runs it to its end, and returns its exit code, or 128 and the number of the signal that ended it; 1 when it was ended because
    /// whoever called is gone, or asked for that. Nothing that it has started is left then.
    func run() -> Int32 {
        var sources = [
            pollfd(fd: reaper.ended, events: Int16(POLLIN), revents: 0),
            pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            poll(&sources, nfds_t(sources.count), -1)
            if sources[0].revents != 0, let status = reaper.status() { return finish(status) }
            if sources[1].revents != 0 && isCallerGone() || sources[2].revents != 0 { return end() }
        }
    }

    private func finish(_ status: Int32) -> Int32 {
        Descendants.killAll()
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    private func end() -> Int32 {
        kill(-pid, SIGTERM)
        var ended = pollfd(fd: reaper.ended, events: Int16(POLLIN), revents: 0)
        if poll(&ended, 1, Self.patience) == 0 {
            kill(-pid, SIGKILL)
            poll(&ended, 1, -1)
        }
        Descendants.killAll(group: pid)
        // Who would have removed it is gone.
        if let folder = spec.temporaryFolder { _ = beamctl_remove_tree(folder) }
        return 1
    }

    /// Nothing follows the spec, so what can be read is the end.
    private func isCallerGone() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(0, &bytes, bytes.count)
        return count == 0 || count < 0 && errno != EINTR
    }

    private static func received() throws(KeeperError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < longest {
            let count = read(0, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += piece[..<count]
            if bytes.suffix(2) == end { return bytes }
        }
        throw KeeperError("no program was named on standard input")
    }
}
