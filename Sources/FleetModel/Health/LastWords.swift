/// Of what a replica that is not ready wrote, the lines that say most of why.
public struct LastWords: Hashable, Sendable {
    /// The lines, none longer than ``longestLine``, at most ``mostLines``; empty when it wrote nothing.
    public var lines: [String]
    /// Whether they are those of the run before the present one.
    public var isOfRunBefore: Bool

    /// How many lines are told: an Erlang crash report is long, and its reason stands first.
    public static let mostLines = 20
    /// Characters of each: a crash report has lines of thousands.
    public static let longestLine = 160

    /// How a line begins to tell an error: Elixir's exceptions, the end of an application and of the VM at boot, loggers' reports, and what
    /// is ours.
    private static let marks = [
        "[notice] Application ", "** (", "ERROR!", "[error]", "crash report", "CRASH REPORT", "Runtime terminating during boot",
        "init terminating",
        "beamctl: ",
    ]

    /// Which lines to choose from: those of the replica's present run and, where it was started again, those of the run before. A run that
    /// has only just begun has nothing to tell yet, and the one before ended as this one may.
    public static func query(_ replica: Replica) -> LogQuery {
        LogQuery(replica: replica.name, since: replica.lastExit?.startedAt ?? replica.startedAt, hidesSecrets: true)
    }

    /// Chooses: the present run's lines from the first that names an error; else the run's before in the same way; else the last lines of
    /// the newest run that wrote any.
    public init(of replica: Replica, in log: [LogLine]) {
        let written = log.filter { !$0.text.allSatisfy(\.isWhitespace) }
        let present = written.filter { line in replica.startedAt.map { line.at >= $0 } ?? true }.map(\.text)
        let before = written.filter { line in replica.startedAt.map { line.at < $0 } ?? false }.map(\.text)
        let found: (lines: ArraySlice<String>, isOfRunBefore: Bool) =
            if let lines = Self.fromFirstError(present) {
                (lines, false)
            } else if let lines = Self.fromFirstError(before) {
                (lines, true)
            } else if present.isEmpty {
                (before.suffix(Self.mostLines), !before.isEmpty)
            } else {
                (present.suffix(Self.mostLines), false)
            }
        lines = found.lines.map { $0.count > Self.longestLine ? $0.prefix(Self.longestLine) + "…" : $0 }
        isOfRunBefore = found.isOfRunBefore
    }

    private static func fromFirstError(_ lines: [String]) -> ArraySlice<String>? {
        lines.firstIndex { line in marks.contains { line.contains($0) } }.map { lines[$0...].prefix(mostLines) }
    }
}
