import DockerClient
import FleetModel
import FoundationEssentials

/// One container from its creation to its removal: its output goes into the replica's log, its end is written down, and only then it is
/// removed. At each step the daemon may be killed, and the next one goes on from what the Engine and the replica's folder say.
struct ContainerLife: Sendable {
    let engine: DockerEngine
    let name: String
    let slot: SlotDirectory
    /// Creates the container and starts it; nil for one that was found.
    let launch: (@Sendable () async throws -> Void)?
    /// Bytes of memory that the app's manifest allows; nil where that is not known.
    let memoryBytes: Int?
    let orders = ContainerOrders()

    /// How long until an Engine that does not answer is asked again.
    static let pause = Duration.seconds(1)
    /// Between two requests to end, to one that may be booting.
    private static let askInterval = Duration.milliseconds(250)
    /// How long until a container whose output has ended is looked at.
    private static let shortest = Duration.milliseconds(10)

    /// Works until the container has ended and is removed, or its task is cancelled, which leaves it alone.
    func live(_ tell: @escaping @Sendable (ReplicaState) -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await obey(tell) }
            if let last = await untilEnded(tell) { tell(last) }
            group.cancelAll()
        }
    }

    private func untilEnded(_ tell: @Sendable (ReplicaState) -> Void) async -> ReplicaState? {
        if let launch {
            tell(.starting)
            if let failure = await start(launch, tell) { return failure }
        }
        var log = ContainerLog(path: slot.log)
        var rest = Self.shortest
        while !Task.isCancelled {
            var pause = Self.pause
            do {
                guard let facts = try await engine.container(name) else { return gone() }
                guard facts.state.isRunning else { return try await finish(facts.state, &log) }
                tell(.running(pid: facts.state.pid))
                let began = ContinuousClock.now
                try await follow(&log)
                // Its output ends a moment before it does.
                rest = ContinuousClock.now - began > Self.pause ? Self.shortest : min(rest * 2, Self.pause)
                pause = rest
            } catch is CancellationError {
                return nil
            } catch let error as DockerError where error.isUnheard {
                tell(.unheard(reason: "\(error)"))
            } catch {
                tell(.unheard(reason: "container \(name): \(error)"))
            }
            try? await Task.sleep(for: pause)
        }
        return nil
    }

    // MARK: Start

    /// Returns how it ended before it lived; nil when it lives.
    private func start(
        _ launch: @Sendable () async throws -> Void, _ tell: @Sendable (ReplicaState) -> Void
    ) async -> ReplicaState? {
        while true {
            do {
                // An Engine that comes back finds what is to be started, unless it is to end by now.
                guard orders.last == nil else { return ended(Replica.Exit(code: nil, signal: nil, at: Self.now())) }
                try await launch()
                // What was told before there was anything to tell is told again.
                if let order = orders.last { orders.give(order) }
                return nil
            } catch is CancellationError {
                return nil
            } catch let error as DockerError where error.isUnheard {
                tell(.unheard(reason: "\(error)"))
                try? await Task.sleep(for: Self.pause)
                if Task.isCancelled { return nil }
            } catch {
                let reason = (error as? LocalPlatformError).map { "\($0)" + ($0.hint.map { " (\($0))" } ?? "") } ?? "\(error)"
                try? await engine.remove(name)
                note("failed \(reason.split(whereSeparator: \.isNewline).joined(separator: " "))")
                return .failed(reason: reason)
            }
        }
    }

    // MARK: Output

    /// Copies what it writes until it ends, or the connection does.
    private func follow(_ log: inout ContainerLog) async throws {
        try await engine.followLogs(of: name, since: log.resume()) { try log.write($0) }
    }

    // MARK: End

    private func finish(_ state: ContainerFacts.State, _ log: inout ContainerLog) async throws -> ReplicaState {
        guard state.status != "created" else {
            // A daemon was killed between its creation and its start.
            try await engine.remove(name)
            return ended(Replica.Exit(code: nil, signal: nil, at: Self.now()))
        }
        do {
            try await engine.readLogs(of: name, since: log.resume()) { try log.write($0) }
        } catch is LocalPlatformError {
            // A full disk: to end must work all the same, for it is what makes room.
        } catch let error as DockerError where error.code == .conflict {
            // Its removal began, after all that it wrote was read, and broke off: such a container tells no log, and is removed again.
        }
        try? await keepCrash()
        let exit = Self.exit(state)
        note(exit)
        try await engine.remove(name)
        return .ended(exit, killedFor: state.ranOutOfMemory ? OutOfMemory.words(limit: memoryBytes) : nil)
    }

    /// How it ended. A shell, and with it the Engine, tells a signal as 128 and its number.
    static func exit(_ state: ContainerFacts.State) -> Replica.Exit {
        let at = Timestamp(rfc3339: Array(state.finishedAt.utf8)) ?? now()
        let signal = state.exitCode - 128
        return (1...64).contains(signal)
            ? Replica.Exit(code: nil, signal: signal, at: at) : Replica.Exit(code: state.exitCode, signal: nil, at: at)
    }

    /// Somebody else has removed it.
    private func gone() -> ReplicaState { ended(Replica.Exit(code: nil, signal: nil, at: Self.now())) }

    private func ended(_ exit: Replica.Exit) -> ReplicaState {
        note(exit)
        return .ended(exit, killedFor: nil)
    }

    private func note(_ exit: Replica.Exit) {
        guard let number = exit.code ?? exit.signal else { return slot.forgetState() }
        note("\(exit.code == nil ? "signal" : "code") \(number) at \(exit.at.milliseconds)")
    }

    /// Writes it down as a keeper does: the container is removed next, and a daemon that comes later has nothing else to ask.
    private func note(_ line: String) {
        try? slot.write("state", Array((line + "\n").utf8), mode: 0o600)
    }

    private func keepCrash() async throws {
        let spool = slot.path + "/crash.tar"
        defer { try? FileManager.default.removeItem(atPath: spool) }
        try await engine.save("\(ContainerFiles.folder)/\(ContainerFiles.crashDump)", of: name, to: spool)
        try CrashArchive.unpack(spool, to: "\(slot.path)/\(CrashStore.dumpName)")
    }

    private static func now() -> Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    // MARK: Orders

    /// Passes orders on. A later one does not wait until an earlier one is done: a kill comes while a stop waits.
    private func obey(_ tell: @escaping @Sendable (ReplicaState) -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for await order in orders.stream {
                group.addTask { await pass(order, tell) }
            }
        }
    }

    private func stop(_ grace: Duration, isBooting: Bool) async throws {
        guard isBooting else { return try await engine.stop(name, grace: grace) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await engine.stop(name, grace: grace) }
            group.addTask {
                // The Engine, too, sends one SIGTERM and waits.
                while true {
                    try await Task.sleep(for: Self.askInterval)
                    try? await engine.kill(name, signal: "SIGTERM")
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func pass(_ order: ContainerOrder, _ tell: @Sendable (ReplicaState) -> Void) async {
        while !Task.isCancelled {
            do {
                switch order {
                case .stop(let grace, let isBooting): try await stop(grace, isBooting: isBooting)
                case .kill: try await engine.kill(name)
                }
                return
            } catch let error as DockerError where error.code == .notFound || error.code == .conflict {
                // It does not run: not yet, and then the order is given again, or not any more.
                return
            } catch is CancellationError {
                return
            } catch {
                if let error = error as? DockerError, error.isUnheard { tell(.unheard(reason: "\(error)")) }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}
