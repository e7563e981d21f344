import FleetModel
import Testing

@Suite("What a replica that is not ready said last")
struct LastWordsTests {
    private let started = Timestamp(milliseconds: 50_000)

    /// A replica whose present run began at ``started``, after one that ended.
    private var again: Replica {
        var replica = Sample.replica("a", phase: .starting)
        replica.startedAt = started
        replica.lastExit = Replica.Exit(
            code: 1, signal: nil, at: Timestamp(milliseconds: 40_000), startedAt: Timestamp(milliseconds: 38_000))
        return replica
    }

    private func log(_ lines: (second: Int64, text: String)...) -> [LogLine] {
        lines.map { LogLine(replica: "a", at: Timestamp(milliseconds: $0.second * 1000), stream: "stdout", text: $0.text) }
    }

    @Test("a run that has only just begun is told by the one before, from its first error on")
    func runBefore() {
        let log = log((38, "booting"), (39, "** (RuntimeError) boom"), (40, "Runtime terminating during boot"), (51, "booting"))
        let words = LastWords(of: again, in: log)
        #expect(words.lines == ["** (RuntimeError) boom", "Runtime terminating during boot"])
        #expect(words.isOfRunBefore)
    }

    @Test("an error of the present run is nearer than one of the run before")
    func presentRun() {
        let log = log((39, "** (RuntimeError) old"), (51, "booting"), (52, "[error] new"), (53, "  detail"))
        let words = LastWords(of: again, in: log)
        #expect(words.lines == ["[error] new", "  detail"])
        #expect(words.isOfRunBefore == false)
    }

    @Test("where nobody names an error, the end of what was written newest is told")
    func noError() {
        #expect(LastWords(of: again, in: log((39, "old"), (51, "new"), (51, "  "))).lines == ["new"])
        #expect(LastWords(of: again, in: log((39, "old"))) == LastWords(of: again, in: log((39, "old"), (51, " \t"))))
        #expect(LastWords(of: again, in: log((39, "old"))).isOfRunBefore)
        let nothing = LastWords(of: again, in: [])
        #expect(nothing.lines.isEmpty && !nothing.isOfRunBefore)
        let many = log((51, "first")) + (1...30).flatMap { log((52, "line \($0)")) }
        #expect(LastWords(of: again, in: many).lines == (11...30).map { "line \($0)" })
    }

    @Test("long reports are cut, by lines and within them")
    func bounds() {
        let report = log((51, "** (RuntimeError) " + String(repeating: "x", count: 5000)))
        let words = LastWords(of: again, in: report + (1...30).flatMap { log((52, "line \($0)")) })
        #expect(words.lines.count == LastWords.mostLines && words.lines.last == "line 19")
        #expect(words.lines[0].count == LastWords.longestLine + 1 && words.lines[0].hasSuffix("…"))
    }

    @Test("what is asked for begins with the run before, as far as its start is known, and holds no secrets")
    func query() {
        #expect(LastWords.query(again).since == Timestamp(milliseconds: 38_000))
        var first = again
        first.lastExit = nil
        #expect(LastWords.query(first).since == started)
        #expect(LastWords.query(again).hidesSecrets == true && LastWords.query(again).replica == "a")
    }

    @Test("an end knows when what ended had been started")
    func startOfWhatEnded() {
        var replica = Sample.replica("a", phase: .pending)
        _ = ReplicaLifecycle.handle(.started(pid: 1), of: &replica, now: started)
        let end = started + .seconds(2)
        _ = ReplicaLifecycle.handle(.exited(Replica.Exit(code: 1, signal: nil, at: end)), of: &replica, now: end)
        _ = ReplicaLifecycle.handle(.started(pid: 2), of: &replica, now: end)
        #expect(replica.lastExit?.startedAt == started && replica.startedAt == end)
    }
}
