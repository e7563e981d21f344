import FoundationEssentials
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import ProcessControl
import ProcessTree

/// What a process that stands apart from the daemon is told, over its control socket.
protocol StandingProcessLink: Sendable {
    /// What it is told.
    associatedtype State: Sendable

    /// Connects to its socket. Throws `ControlError`.
    static func connect(socketPath: String) async throws -> Self

    /// Whether anything of this state makes it worth a process.
    static func isNeeded(for state: State) -> Bool

    /// Has a state written down and used; each has a higher serial than the one before.
    func tell(_ state: State, serial: UInt32) async throws

    /// The serial of the state that is used. Throws when the process does not answer.
    func serial() async throws -> UInt32

    /// Has it stop. It answers first.
    func stop() async throws

    /// Ends the connection.
    func close() async

    /// Returns when the connection has ended.
    func untilClosed() async
}

/// A state of the fleet, as it is told to a standing process.
struct FleetNews<State: Sendable>: Sendable {
    /// Counted from 1 by the fleet: what has a lower one is older.
    var number: Int
    var state: State
}

/// Keeps a process that stands apart running, and tells it what it has to know: the name server, the entrance.
///
/// The process outlives the daemon and keeps the last state that it was told; a new daemon finds it and goes on.
actor StandingProcessKeeper<Link: StandingProcessLink> {
    /// What is started, and where.
    struct Program: Sendable {
        /// What it is, for people.
        var title: String
        /// The path of the program.
        var path: String
        var arguments: [String]
        /// Its control socket.
        var socket: String
        /// Its lock, beside the socket.
        var lock: String {
            socket.split(separator: ".", omittingEmptySubsequences: false).dropLast().joined(separator: ".") + ".lock"
        }
        /// Where its output goes.
        var output: String
        /// Brings one that was found running, perhaps by another daemon and with other settings, to what its arguments say.
        var settle: @Sendable (Link) async throws -> Settling = { _ in .settled }
    }

    /// What came of bringing a process to its settings.
    enum Settling: Sendable {
        /// It has them.
        case settled
        /// It goes on as it was; why.
        case refused(String)
        /// It is of a version that cannot change them.
        case unable
    }

    private let program: Program
    private let log: Logger
    private var link: Link? { didSet { tellCondition() } }
    /// Waits for the end of the link's connection.
    private var ending: Task<Void, Never>?
    private var serial: UInt32 = 0
    private var newest: FleetNews<Link.State>?
    /// The number of the news that is used.
    private var told = 0
    /// The news that is being told; the next waits for it.
    private var telling: Task<Void, Never>?
    private var isStopped = false
    /// Whether the process at the other end of the link has the settings that it should have.
    private var isSettled = false
    /// When it is started again after it did not start.
    private var notBefore = ContinuousClock.now
    private var failures = 0
    /// Why the newest state is not used; nil when it is.
    private var trouble: String? { didSet { tellCondition() } }
    private nonisolated let toldCondition = NIOLockedValueBox(Condition())

    /// How long it may take to start.
    private static var startTime: Duration { .seconds(10) }
    /// How often it is asked whether it lives.
    private static var heartbeat: Duration { .seconds(1) }
    /// The longest wait between two starts.
    private static var longestWait: Int { 30 }

    init(_ program: Program, log: Logger) {
        self.program = program
        self.log = log
    }

    /// How it is, as last known.
    struct Condition: Sendable {
        var isRunning = false
        var trouble: String?
    }

    nonisolated var condition: Condition { toldCondition.withLockedValue { $0 } }

    private func tellCondition() {
        toldCondition.withLockedValue { $0 = Condition(isRunning: link != nil, trouble: trouble) }
    }

    /// Makes sure that it runs; returns when it answers. Throws ``LocalPlatformError``.
    func ensureRunning() async throws {
        guard link == nil else { return }
        if let found = await connect() { return use(found) }
        let pid = try ChildProgram.start(program.path, program.arguments, environment: [], output: program.output)
        let deadline = ContinuousClock.now + Self.startTime
        while ContinuousClock.now < deadline {
            if let started = await connect() {
                use(started)
                log.info("\(program.title) started", metadata: ["pid": "\(pid)"])
                return
            }
            guard ProcessStat.startTime(of: pid) != nil else { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw LocalPlatformError(
            "the \(program.title) does not start: \(Self.lastLine(of: program.output))", hint: "beamctl doctor")
    }

    /// Tells all news, and starts the process again when it is gone. Works until its task is cancelled.
    func run(_ news: AsyncStream<FleetNews<Link.State>>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await newest in news { await self.tell(newest) }
            }
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: Self.heartbeat)
                    await self.beat()
                }
            }
            try await group.waitForAll()
        }
    }

    /// Returns when this state, or a newer one, is used, or cannot be.
    func tell(_ news: FleetNews<Link.State>) async {
        if news.number > newest?.number ?? 0 { newest = news }
        guard news.number > told else { return }
        let before = telling
        let mine = Task {
            await before?.value
            await self.tellNewest()
        }
        telling = mine
        await mine.value
    }

    /// Has it end, and waits until it has: it answers first, and lets go of its connections before it is gone.
    func stop() async {
        isStopped = true
        // One that is being started at this moment ends, too.
        await telling?.value
        await end()
    }

    private func end() async {
        ending?.cancel()
        if link == nil { link = await connect() }
        let process = ProcessLock.isHeld(path: program.lock) ? ProcessLock.lastHolder(path: program.lock) : nil
        // One that does not answer closes nothing either.
        if let link, (try? await link.stop()) != nil { await link.untilClosed() }
        await drop()
        if let process { await Self.untilEnded(process) }
    }

    private static func untilEnded(_ process: Int32) async {
        guard let start = ProcessStat.startTime(of: process) else { return }
        let deadline = ContinuousClock.now + startTime
        while ContinuousClock.now < deadline, ProcessStat.startTime(of: process) == start {
            try? await Task.sleep(for: .milliseconds(5))
        }
        // One that is stopped, or hangs, hears nothing.
        if ProcessStat.startTime(of: process) == start { kill(process, SIGKILL) }
    }

    private func tellNewest() async {
        guard let newest, newest.number > told, !isStopped else { return }
        if link == nil, !Link.isNeeded(for: newest.state) {
            // One that another daemon has left behind is told all the same.
            guard let found = await connect() else {
                told = newest.number
                return
            }
            use(found)
        }
        guard link != nil || ContinuousClock.now >= notBefore else { return }
        do {
            try await ensureRunning()
            let refusal = try await settle()
            serial &+= 1
            try await link?.tell(newest.state, serial: serial)
            told = max(told, newest.number)
            failures = 0
            // Tried again with each heartbeat; said once.
            if let refusal, refusal != trouble { log.error("\(program.title) not settled", metadata: ["error": "\(refusal)"]) }
            trouble = refusal
        } catch {
            if trouble != "\(error)" { log.error("\(program.title) not told", metadata: ["error": "\(error)"]) }
            trouble = "\(error)"
            if error is LocalPlatformError {
                failures += 1
                notBefore = .now + .seconds(min(1 << min(failures, 5), Self.longestWait))
            }
            // What is refused (its file cannot be written) leaves the process, and the state before, as they were.
            if (error as? ControlError)?.code != .refused { await drop() }
        }
    }

    /// Why the process does not have its settings; nil when it does.
    private func settle() async throws -> String? {
        guard let link, !isSettled else { return nil }
        switch try await program.settle(link) {
        case .settled: break
        case .refused(let reason): return reason
        case .unable:
            log.notice("\(program.title) started anew: the one that ran cannot change its settings")
            await end()
            try await ensureRunning()
        }
        isSettled = true
        return nil
    }

    private func beat() async {
        if let link {
            do {
                _ = try await link.serial()
                if trouble == nil { return }
            } catch {
                log.warning("\(program.title) lost", metadata: ["error": "\(error)"])
                await drop()
            }
        }
        await tellAgain()
    }

    /// Tells the newest state once more: what goes with it may have changed.
    func tellAgain() async {
        guard let newest else { return }
        told = min(told, newest.number - 1)
        await tell(newest)
    }

    private func use(_ found: Link) {
        link = found
        isSettled = false
        ending = Task {
            await found.untilClosed()
            if !Task.isCancelled { await self.lost() }
        }
    }

    /// The connection ended although nobody here ended it: the process was killed.
    private func lost() async {
        guard link != nil else { return }
        log.warning("\(program.title) lost")
        await drop()
        await tellAgain()
    }

    private func drop() async {
        ending?.cancel()
        ending = nil
        let gone = link
        link = nil
        await gone?.close()
    }

    private func connect() async -> Link? {
        guard let link = try? await Link.connect(socketPath: program.socket) else { return nil }
        guard let found = try? await link.serial() else {
            await link.close()
            return nil
        }
        serial = max(serial, found)
        return link
    }

    private static func lastLine(of path: String) -> String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").last.map(String.init) ?? "it said nothing"
    }
}
