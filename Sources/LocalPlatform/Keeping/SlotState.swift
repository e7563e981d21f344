import FleetModel
import ProcessTree

/// What became of a slot's BEAM, as its keeper wrote it down: the one line of the file `state`, and of the pipe `alive`.
enum SlotState: Hashable, Sendable {
    /// The keeper is there, the BEAM not yet.
    case starting(keeper: Process)
    /// It runs.
    case running(beam: Process, keeper: Process)
    /// It ended.
    case ended(Replica.Exit)
    /// It could not be started.
    case failed(reason: String)

    /// A process, told from a later one with the same number by its start.
    struct Process: Hashable, Sendable {
        var pid: Int32
        /// Clock ticks after boot.
        var startTime: UInt64

        init(pid: Int32, startTime: UInt64) {
            self.pid = pid
            self.startTime = startTime
        }

        /// Whether it is there, and not merely not reaped.
        var isAlive: Bool { ProcessStat.startTime(of: pid) == startTime }

        fileprivate init?(_ words: ArraySlice<some StringProtocol>) {
            guard words.count == 2, let first = words.first, let last = words.last, let pid = Int32(first),
                let startTime = UInt64(last)
            else { return nil }
            self.pid = pid
            self.startTime = startTime
        }
    }

    /// The keeper, while there is one.
    var keeper: Process? {
        switch self {
        case .starting(let keeper), .running(_, let keeper): keeper
        case .ended, .failed: nil
        }
    }

    /// Reads one line; nil for what no keeper writes.
    init?(line: some StringProtocol) {
        let words = line.split(separator: " ")
        switch (words.first.map { String($0) }, words.count) {
        case ("starting", 3):
            guard let keeper = Process(words[1...]) else { return nil }
            self = .starting(keeper: keeper)
        case ("running", 5):
            guard let beam = Process(words[1...2]), let keeper = Process(words[3...]) else { return nil }
            self = .running(beam: beam, keeper: keeper)
        case ("code", 4), ("signal", 4):
            guard let number = Int32(words[1]), let at = Int64(words[3]) else { return nil }
            let isCode = words[0] == "code"
            self = .ended(
                Replica.Exit(code: isCode ? number : nil, signal: isCode ? nil : number, at: Timestamp(milliseconds: at)))
        case ("failed", 2...): self = .failed(reason: words.dropFirst().joined(separator: " "))
        default: return nil
        }
    }
}
