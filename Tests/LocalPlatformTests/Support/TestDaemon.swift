import FleetModel
import FleetStore
import HTTPTransport
import Logging
import Synchronization
import TestSupport

@testable import LocalPlatform

/// The time of day of a test: it stands still, unless each look at it is to move it on.
final class TestClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_000_000)
    private let step = Mutex<Int64>(0)

    func now() -> Timestamp {
        let step = step.withLock { $0 }
        return milliseconds.withLock { milliseconds in
            milliseconds += step
            return Timestamp(milliseconds: milliseconds)
        }
    }

    func advance(by span: Duration) { milliseconds.withLock { $0 += span.milliseconds } }

    /// From now on each look at the clock moves it on.
    func run(by span: Duration) { step.withLock { $0 = span.milliseconds } }
}

/// A fleet at work on a ``Machine``, as in a daemon; it can die and be followed by another.
final class TestDaemon: Sendable {
    let fleet: Fleet
    let machine: Machine
    private let task: Task<Void, Never>
    /// The folder of the test, which is not to go before the daemon.
    private let scratch: Scratch?

    private static let transport = HTTPTransport()
    private static let names = Mutex(0)

    init(
        _ machine: Machine, store: String, clock: TestClock = TestClock(), network: String = "127.94.0.0/16",
        scratch: Scratch? = nil, entrance: any FleetEntrance = NoEntrance(),
        isFree: @escaping @Sendable (String, [Int]) -> Bool = { _, _ in true }
    ) async throws {
        self.machine = machine
        self.scratch = scratch
        let world = FleetWorld(
            now: {
                machine.step("a look at the clock")
                return clock.now()
            },
            suffix: Self.nextSuffix, cookie: { Sample.cookie },
            isFree: { address, ports in
                machine.step("a look at the ports of \(address)")
                return isFree(address, ports)
            }, elapsed: { .milliseconds(clock.now().milliseconds) })
        let kept = try FleetStore(path: store)
        let fleet = Fleet(
            store: kept, runtime: machine, dialer: machine, health: HealthCheck(transport: Self.transport),
            entrance: entrance,
            vault: SecretVault(path: store + ".key", memory: kept), network: try LoopbackNetwork(network), world: world,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        self.fleet = fleet
        try await fleet.recover()
        task = Task { await fleet.run() }
    }

    deinit { task.cancel() }

    private static func nextSuffix() -> String {
        let number = names.withLock { number in
            number += 1
            return number
        }
        return String(String(100_000 + number).suffix(5))
    }

    /// Everything that this daemon was about to do stays undone.
    func die() async {
        task.cancel()
        await task.value
    }

    /// Waits until an app is as it should be; returns it.
    @discardableResult
    func status(
        _ what: String, of key: AppKey = Sample.key, within deadline: Duration = .seconds(20),
        _ isSo: @escaping @Sendable (AppStatus) -> Bool
    ) async throws -> AppStatus {
        let (fleet, lastSeen) = (fleet, LastSeen())
        return try await TestSupport.within(what, deadline: deadline, lastSeen: lastSeen) {
            for await status in try await fleet.watch(key) {
                if isSo(status) { return status }
                lastSeen.note("\(status.replicas.map { "\($0.name) \($0.phase) \($0.reason ?? "-")" }) \(status.problem ?? "")")
            }
            throw TimedOut(waitingFor: what, lastSeen: "the app is gone; before that \(lastSeen.description ?? "nothing")")
        }
    }

    /// Waits until exactly what is wanted is there and ready.
    @discardableResult
    func complete(_ key: AppKey = Sample.key) async throws -> AppStatus {
        try await status("a complete rollout", of: key) { $0.rollout.isComplete }
    }

    /// Waits until an app is forgotten.
    func gone(_ key: AppKey = Sample.key) async throws {
        let fleet = fleet
        try await TestSupport.within("the end of \(key)") { await fleet.untilNone(key) }
    }
}

/// A machine, a store and a clock for one test.
struct Bench {
    let scratch: Scratch
    let machine: Machine
    let clock = TestClock()

    init() throws {
        scratch = try Scratch()
        machine = Machine(folder: scratch.path)
    }

    var store: String { scratch.path + "/state.sqlite" }

    func daemon(network: String = "127.94.0.0/16", entrance: any FleetEntrance = NoEntrance()) async throws -> TestDaemon {
        try await TestDaemon(machine, store: store, clock: clock, network: network, scratch: scratch, entrance: entrance)
    }

    /// What is written down.
    func written() throws -> FleetState { try FleetStore(path: store).load() }
}
