import FleetModel
import NodeHealth

/// Stays with one BEAM and asks it how it is: often until it is ready and meshed, then every few seconds.
struct ReplicaWatcher: Sendable {
    let fleet: Fleet
    let replica: String

    /// What a watcher needs to know of its replica.
    struct Subject: Sendable {
        let replica: Replica
        let cookie: String
        /// The application whose start makes the node ready; nil where the release has none of its own name (an umbrella):
        /// there the end of the boot script says it, since it starts all of them.
        let application: String?
        /// The HTTP check, if there is one.
        let health: HealthCheck.Question?
    }

    /// Between two questions to a BEAM that is not ready, or whose mesh is not whole.
    static let hurry = Duration.milliseconds(15)
    /// Between two questions to a BEAM that is.
    static let calm = Duration.seconds(3)
    /// Between two questions to a BEAM that is not ready and was asked for long.
    static let patientHurry = Duration.milliseconds(500)
    /// How many questions are asked in a hurry: then a mesh that does not become whole is looked at calmly, and a replica that does not
    /// become ready is not kept busy with questions.
    static let hurriedQuestions = 400
    /// How long the first answer may take: what is sent before the BEAM's `rex` server is there gets none, so it is asked again.
    static let bootPatience = Duration.milliseconds(200)
    /// How long a BEAM may take for an answer.
    static let patience = Duration.seconds(2)
    /// A BEAM that has not answered for so long is killed and started again, as by Kubernetes' liveness probe.
    static let deadAfter = Duration.seconds(30)

    /// Works until its task is cancelled or the replica is to stop.
    func run() async {
        var silence = Silence(fleet.world.elapsed)
        while !Task.isCancelled, let subject = await fleet.subject(replica) {
            guard let node = subject.replica.node else { return await watchHTTPOnly(subject) }
            do {
                let session = try await fleet.dialer.connect(
                    node: node, address: subject.replica.slot.address, cookie: subject.cookie)
                await fleet.connected(replica, session)
                await watch(session, subject, &silence)
                await fleet.connected(replica, nil)
                await session.close()
            } catch is CancellationError {
                return
            } catch {
                await failed("\(error)", subject, &silence)
            }
            try? await Task.sleep(for: silence.isFresh ? Self.hurry : Self.calm)
        }
    }

    /// Asks over one connection until it breaks.
    private func watch(_ session: any NodeSession, _ subject: Subject, _ silence: inout Silence) async {
        var hurried = 0
        // One that has passed its HTTP check and waits for its mesh is not asked over HTTP again: it has others to boot beside it.
        var isHealthy = false
        while !Task.isCancelled {
            do {
                let report = try await session.report(timeout: hurried == 0 ? Self.bootPatience : Self.patience)
                let isMeshed = await fleet.observed(replica, report)
                silence = Silence(fleet.world.elapsed)
                isHealthy = await judge(report, subject, isHealthy: isHealthy)
                hurried += 1
                let isLate = hurried > Self.hurriedQuestions
                let mayRest = isHealthy && (isMeshed || isLate)
                try await Task.sleep(for: mayRest ? Self.calm : isLate ? Self.patientHurry : Self.hurry)
                if mayRest { isHealthy = false }
            } catch is CancellationError {
                return
            } catch {
                await failed("\(error)", subject, &silence)
                guard silence.isPatient else { return }
            }
        }
    }

    /// Everything that READY asks for, in the order in which it comes true.
    private func judge(_ report: NodeReport, _ subject: Subject, isHealthy: Bool) async -> Bool {
        guard report.isBooted, subject.application.map(report.applications.contains) ?? true else { return false }
        if !isHealthy, let question = subject.health, let problem = await fleet.health.problem(subject.replica.slot, question) {
            await fleet.handle(.becameUnready(reason: problem), name: replica)
            return false
        }
        await fleet.handle(.becameReady, name: replica)
        return true
    }

    private func watchHTTPOnly(_ subject: Subject) async {
        var hurried = 0
        while !Task.isCancelled {
            let problem: String? =
                if let question = subject.health { await fleet.health.problem(subject.replica.slot, question) } else { nil }
            await fleet.handle(problem.map { .becameUnready(reason: $0) } ?? .becameReady, name: replica)
            hurried += 1
            let hurry = hurried > Self.hurriedQuestions ? Self.patientHurry : Self.hurry
            try? await Task.sleep(for: problem == nil ? Self.calm : hurry)
        }
    }

    private func failed(_ why: String, _ subject: Subject, _ silence: inout Silence) async {
        silence.failed()
        // A BEAM that has not been ready yet is merely booting: nothing listens there at first.
        guard await fleet.wasReady(replica) else { return }
        if silence.count >= 2 { await fleet.handle(.becameUnready(reason: "does not answer: \(why)"), name: replica) }
        if silence.lasts(Self.deadAfter) { await fleet.giveUp(replica) }
    }
}

/// For how long a BEAM has not answered.
struct Silence {
    private(set) var count = 0
    private let elapsed: @Sendable () -> Duration
    private var since: Duration

    init(_ elapsed: @escaping @Sendable () -> Duration) {
        self.elapsed = elapsed
        since = elapsed()
    }

    /// Whether the first failures are recent enough to try again at once.
    var isFresh: Bool { elapsed() - since < .seconds(20) }
    /// Whether the same connection may still be asked.
    var isPatient: Bool { count < 3 }

    mutating func failed() {
        if count == 0 { since = elapsed() }
        count += 1
    }

    func lasts(_ span: Duration) -> Bool {
        count > 0 && elapsed() - since >= span
    }
}
