import FleetModel

/// What became of a slot's BEAM, as its keeper wrote it down: the one line of the file `state`, and of the pipe `alive`.
enum SlotState: Hashable, Sendable {
    /// The keeper is there, the BEAM not yet.
    case starting
    /// It runs, and started so many clock ticks after boot.
    case running(pid: Int32, startTime: UInt64)
    /// It ended.
    case ended(Replica.Exit)
    /// It could not be started.
    case failed(reason: String)

    /// Reads one line; nil for what no keeper writes.
    init?(line: some StringProtocol) {
        let words = line.split(separator: " ")
        switch (words.first.map { String($0) }, words.count) {
        case ("starting", 1): self = .starting
        case ("running", 3):
            guard let pid = Int32(words[1]), let startTime = UInt64(words[2]) else { return nil }
            self = .running(pid: pid, startTime: startTime)
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
