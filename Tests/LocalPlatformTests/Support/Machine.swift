import FleetModel
import Synchronization
import TestSupport

@testable import LocalPlatform

/// A machine in memory: it runs BEAMs for a fleet, goes on when the daemon dies, and notes what must never happen.
final class Machine: Sendable {
    struct Beam: Sendable {
        var node: String?
        var address: String
        var pid: Int32
        var revision: Int
        var cookie: String
        var environment = ResolvedEnvironment()
        var isRunning = true
        /// Whether it has told that it runs.
        var hasTold = false
        /// Whether somebody has been told that it is well.
        var isServing = false
        var exit: Replica.Exit?
        var listeners: [AsyncStream<ReplicaState>.Continuation] = []
    }

    /// How BEAMs behave.
    struct Manners: Sendable {
        var obeysStop = true
        var tellsThatItRuns = true
        var answers = true
        /// Whether a node answers before its keeper has told that it runs.
        var answersEarly = false
        var applications = ["hello"]
        var hasReleases = true
        var hasIntactReleases = true
        /// Bytes that every BEAM holds.
        var residentBytes = 1 << 20
        /// Why nothing can be started.
        var startFailure: String?
    }

    struct State: Sendable {
        var beams: [String: Beam] = [:]
        var manners = Manners()
        /// Names in the order of what was done to them.
        var starts: [String] = []
        var stops: [String] = []
        var kills: [String] = []
        var graces: [Duration] = []
        var cookies: Set<String> = []
        var removedReleases: [String] = []
        /// What must never happen.
        var violations: [String] = []
        /// How many BEAMs served after each stop of one that did.
        var servingAfterStop: [Int] = []
        var mostRunning = 0
        var nextPID: Int32 = 100

        var running: [String] { beams.filter(\.value.isRunning).keys.sorted() }
    }

    private let state: Mutex<State>
    private let watchers = Mutex<[AsyncStream<Void>.Continuation]>([])
    /// Called at each step that a fleet takes outside itself, with the step's name.
    let onStep = Mutex<(@Sendable (String) -> Void)?>(nil)
    let folder: String

    init(folder: String, _ state: State = State()) {
        self.folder = folder
        self.state = Mutex(state)
    }

    /// Everything as it is now.
    var now: State { state.withLock { $0 } }

    @discardableResult
    func change<Value: Sendable>(_ body: (inout State) throws -> Value) rethrows -> Value {
        let value = try state.withLock { try body(&$0) }
        watchers.withLock { $0 }.forEach { $0.yield() }
        return value
    }

    func step(_ name: String) {
        onStep.withLock { $0 }?(name)
    }

    /// Waits until something is so.
    func until(_ what: String, _ isSo: @escaping @Sendable (State) -> Bool) async throws {
        let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        watchers.withLock { $0.append(continuation) }
        continuation.yield()
        try await within(what) { for await _ in changes where isSo(self.now) { return } }
    }

    // MARK: what happens to BEAMs

    /// A BEAM ends by itself.
    func end(_ name: String, code: Int32? = nil, signal: Int32? = nil, at moment: Timestamp = Timestamp(milliseconds: 0)) {
        let exit = Replica.Exit(code: code, signal: signal, at: moment)
        let listeners = change { state -> [AsyncStream<ReplicaState>.Continuation] in
            guard state.beams[name]?.isRunning == true else { return [] }
            state.beams[name]?.isRunning = false
            state.beams[name]?.isServing = false
            state.beams[name]?.exit = exit
            return state.beams[name]?.listeners ?? []
        }
        for listener in listeners {
            listener.yield(.ended(exit, killedFor: nil))
            listener.finish()
        }
    }

    /// A BEAM that was started tells that it runs.
    func tell(_ name: String) {
        let (listeners, pid) = change { state -> ([AsyncStream<ReplicaState>.Continuation], Int32) in
            state.beams[name]?.hasTold = true
            return (state.beams[name]?.listeners ?? [], state.beams[name]?.pid ?? 0)
        }
        listeners.forEach { $0.yield(.running(pid: pid)) }
    }

    /// What runs a BEAM says something of it.
    func say(_ state: ReplicaState, of name: String) {
        now.beams[name]?.listeners.forEach { $0.yield(state) }
    }

    /// A keeper goes without a word.
    func loseKeeper(_ name: String) {
        change { state -> [AsyncStream<ReplicaState>.Continuation] in
            defer { state.beams[name]?.listeners = [] }
            return state.beams[name]?.listeners ?? []
        }
        .forEach { $0.finish() }
    }

    /// Nothing runs any more, and nobody wrote anything down: the power was cut.
    func cutPower() {
        change { state in
            for name in state.beams.keys {
                state.beams[name]?.isRunning = false
                state.beams[name]?.exit = nil
            }
        }
    }

    /// The machine as it would be found after the daemon's death.
    func copy() -> State {
        var copy = now
        for name in copy.beams.keys { copy.beams[name]?.listeners = [] }
        return copy
    }
}
