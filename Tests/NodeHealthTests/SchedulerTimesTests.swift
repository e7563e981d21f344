import ExternalTermFormat
import FleetModel
import Testing

@testable import NodeHealth

@Suite("Scheduler utilisation")
struct SchedulerTimesTests {
    private func times(_ rows: [(Int64, Int64, Int64)], online: Int = 2) throws -> SchedulerTimes {
        let answer = Term.list(rows.map { .tuple([.integer($0.0), .integer($0.1), .integer($0.2)]) })
        return try #require(SchedulerTimes(answer, online: online))
    }

    @Test("it is the time at work out of all the time in between")
    func difference() throws {
        let (before, after) = (try times([(1, 100, 1_000), (2, 0, 1_000)]), try times([(1, 600, 2_000), (2, 0, 2_000)]))
        #expect(after.utilization(since: before) == 0.25)
    }

    @Test("only normal schedulers that are online count, in whatever order they come")
    func onlyOnline() throws {
        let before = try times([(3, 0, 0), (1, 0, 0), (2, 0, 0)], online: 2)
        let after = try times([(2, 10, 10), (3, 0, 10), (1, 10, 10), (4, 0, 10)], online: 2)
        #expect(after.utilization(since: before) == 1)
    }

    @Test("no time in between, or counters set back, give no figure rather than a wrong one")
    func noLie() throws {
        let some = try times([(1, 100, 1_000)])
        #expect(some.utilization(since: some) == nil)
        #expect(try times([(1, 10, 20)]).utilization(since: some) == nil)
        #expect(try times([(2, 10, 20)]).utilization(since: some) == nil)
    }

    @Test("an answer that is no table is none", arguments: [.atom("undefined"), [1], [.tuple([1, 2])], 7] as [Term])
    func noTable(answer: Term) {
        #expect(SchedulerTimes(answer, online: 2) == nil)
    }
}

@Suite("Reading answers")
struct AnswersTests {
    static let good: [Question: Term] = [
        .otp: .charlist("27"), .wallClock: .tuple([61_999, 5]),
        .memory: [.tuple([.atom("total"), 30]), .tuple([.atom("atom"), 3])], .processCount: 7, .processLimit: 262_144,
        .atomCount: 9, .atomLimit: 1_048_576, .portCount: 2, .portLimit: 65_536, .runQueue: 1,
        .nodes: [.atom("b@h"), .atom("a@h")],
        .applications: [.tuple([.atom("stdlib"), [], []]), .tuple([.atom("kernel"), [], []])],
        .status: .tuple([.atom("started"), .atom("started")]), .schedulersOnline: 1,
        .schedulerTimes: [.tuple([1, 5, 10])],
    ]

    private func answers(_ change: [Question: Term] = [:]) -> Answers {
        Answers(node: "n@h", terms: Question.allCases.map { change[$0] ?? Self.good[$0] ?? .atom("missing") })
    }

    @Test("each answer finds its place in the report")
    func whole() throws {
        let report = try answers().report()
        #expect(report.node == "n@h" && report.otp == "27" && report.uptimeSeconds == 61)
        #expect(report.memory == ["total": 30, "atom": 3])
        #expect(report.processes == .init(count: 7, limit: 262_144) && report.atoms == .init(count: 9, limit: 1_048_576))
        #expect(report.ports == .init(count: 2, limit: 65_536) && report.runQueue == 1)
        #expect(report.peers == ["a@h", "b@h"] && report.applications == ["kernel", "stdlib"])
        #expect(report.isBooted && report.schedulerUtilization == nil)
        #expect(try answers().schedulerTimes() != nil)
    }

    @Test("a node that is starting or stopping is not booted", arguments: ["starting", "stopping"] as [Atom])
    func notBooted(status: Atom) throws {
        #expect(try !answers([.status: .tuple([.atom(status), .atom("progress")])]).report().isBooted)
    }

    @Test("an answer of another shape is an error that names the call and shows the answer")
    func otherShape() {
        for question in Question.allCases where question != .schedulerTimes {
            let error = #expect(throws: HealthError.self) {
                let answers = answers([question: .atom("surprise")])
                _ = try answers.report()
                _ = try answers.schedulerTimes()
            }
            #expect(error?.code == .unexpectedAnswer)
            #expect(error?.detail == "\(question.call) gave surprise")
        }
        #expect(throws: HealthError.self) { try answers([.memory: [.tuple([.atom("atom"), 3])]]).report() }
    }
}
