import Glibc
import ProcessTree

/// One keeper: starts the BEAM of one slot, drains what it writes, does what the daemon says, and writes down how it ended.
struct Keeper {
    private let files: SlotFiles
    private let beam: Beam
    private let reaper: Reaper
    private var log: ReplicaLog
    private var stdout = LogLines(.stdout)
    private var stderr = LogLines(.stderr)
    private var words = ControlWords()
    /// When patience ends, by the monotonic clock in milliseconds; nil: nobody asked the BEAM to end.
    private var killAt: Int64?
    /// When it is asked to end again, by the same clock; nil: once was enough.
    private var askAt: Int64?

    /// Between two requests to end, in milliseconds.
    private static let askInterval: Int64 = 250

    init(_ spec: KeeperSpec, files: SlotFiles) throws {
        self.files = files
        log = ReplicaLog(fileBytes: spec.logBytes, files: spec.logFiles)
        beam = try Beam(spec)
        reaper = try Reaper(of: beam.pid)
        let state = SlotState(running: beam.pid)
        try state.write(to: files.state)
        files.say(state.line)
    }

    /// Works until the BEAM has ended and everything it wrote is in the log.
    mutating func run() {
        var sources = [
            pollfd(fd: reaper.ended, events: Int16(POLLIN), revents: 0),
            pollfd(fd: files.control, events: Int16(POLLIN), revents: 0),
            pollfd(fd: beam.stdout, events: Int16(POLLIN), revents: 0),
            pollfd(fd: beam.stderr, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            poll(&sources, nfds_t(sources.count), patience())
            if sources[2].revents != 0 && !drain(beam.stdout, .stdout) { sources[2].fd = -1 }
            if sources[3].revents != 0 && !drain(beam.stderr, .stderr) { sources[3].fd = -1 }
            if sources[1].revents != 0 { obey() }
            if let askAt, Self.clock() >= askAt { askAgain() }
            if let killAt, Self.clock() >= killAt { killNow() }
            if sources[0].revents != 0, let status = reaper.status() { return finish(status) }
        }
    }

    private mutating func drain(_ descriptor: Int32, _ stream: LogLines.Stream) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return count < 0 && errno == EINTR }
        var lines: [UInt8] = []
        let number = stream == .stdout ? stdout.take(buffer[..<count], into: &lines) : stderr.take(buffer[..<count], into: &lines)
        if number > 0 { log.write(lines, count: number) }
        return true
    }

    private mutating func obey() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(files.control, &buffer, buffer.count)
        guard count > 0 else { return }
        for word in words.take(buffer[..<count]) {
            switch word {
            case .stop(let graceMilliseconds, let again):
                kill(beam.pid, SIGTERM)
                killAt = min(killAt ?? .max, Self.clock() + graceMilliseconds)
                if again { askAt = Self.clock() + Self.askInterval }
            case .kill: killAt = Self.clock()
            }
        }
    }

    private mutating func askAgain() {
        askAt = Self.clock() + Self.askInterval
        kill(beam.pid, SIGTERM)
    }

    private mutating func killNow() {
        (killAt, askAt) = (nil, nil)
        kill(-beam.pid, SIGKILL)
    }

    private mutating func finish(_ status: Int32) {
        Descendants.killAll(group: beam.pid)
        for (descriptor, stream) in [(beam.stdout, LogLines.Stream.stdout), (beam.stderr, .stderr)] {
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            while drain(descriptor, stream) {}
        }
        var lines: [UInt8] = []
        let count = stdout.finish(into: &lines) + stderr.finish(into: &lines)
        if count > 0 { log.write(lines, count: count) }
        let record = SlotState(waitStatus: status, at: WallClock.now().milliseconds)
        try? record.write(to: files.state)
        // Whoever hears of the end may start the next one at once, and must find the slot free.
        close(files.lock)
        files.say(record.line)
    }

    private func patience() -> Int32 {
        guard let next = [killAt, askAt].compactMap(\.self).min() else { return -1 }
        return Int32(clamping: max(0, next - Self.clock()))
    }

    private static func clock() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}

extension SlotFiles {
    /// Tells the daemon, if one listens; a line that does not fit is not waited for.
    func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(alive, bytes, bytes.count)
    }
}
