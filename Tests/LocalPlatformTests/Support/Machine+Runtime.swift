import BeamRelease
import FleetModel

@testable import LocalPlatform

extension Machine: ReplicaRuntime, FleetFiles {
    func start(_ replica: Replica, of revision: Revision, _ inputs: ReplicaInputs) throws -> any RunningReplica {
        step("before the start of \(replica.name)")
        if let reason = now.manners.startFailure { throw LocalPlatformError(reason) }
        let (states, listener) = AsyncStream.makeStream(of: ReplicaState.self)
        let tells = change { state in
            if state.beams[replica.name]?.isRunning == true { state.violations.append("\(replica.name) started twice") }
            for (name, beam) in state.beams where beam.isRunning && beam.address == replica.slot.address {
                state.violations.append("\(replica.name) started on the address of \(name)")
            }
            state.nextPID += 1
            state.beams[replica.name] = Beam(
                node: replica.node, address: replica.slot.address, pid: state.nextPID, revision: revision.number,
                cookie: inputs.cookie,
                environment: inputs.environment, listeners: [listener])
            state.starts.append(replica.name)
            state.mostRunning = max(state.mostRunning, state.running.count)
            return state.manners.tellsThatItRuns
        }
        if tells { tell(replica.name) }
        step("after the start of \(replica.name)")
        return Handle(machine: self, name: replica.name, states: states)
    }

    func find(_ replica: Replica) -> FoundReplica {
        let (states, listener) = AsyncStream.makeStream(of: ReplicaState.self)
        return change { state in
            guard let beam = state.beams[replica.name] else { return .absent }
            guard beam.isRunning else { return .ended(beam.exit) }
            state.beams[replica.name]?.listeners.append(listener)
            let pid = beam.hasTold ? beam.pid : nil
            return .running(Handle(machine: self, name: replica.name, states: states), pid: pid)
        }
    }

    func remove(_ replica: Replica, at now: Timestamp) throws {
        step("before the removal of \(replica.name)")
        change { state in
            if state.beams[replica.name]?.isRunning == true { state.violations.append("\(replica.name) removed while it runs") }
            state.beams[replica.name] = nil
        }
        step("after the removal of \(replica.name)")
    }

    func has(release digest: String) -> Bool { now.manners.hasReleases }

    func isIntact(release digest: String) -> Bool { now.manners.hasIntactReleases }

    func remove(release digest: String) throws {
        step("before the removal of a release")
        change { $0.removedReleases.append(digest) }
        step("after the removal of a release")
    }

    func endStrangers() -> [String] { [] }

    func trials() -> Set<String> { [] }

    func removeLeftovers(keeping digests: Set<String>) {}

    func logPath(_ replica: Replica) -> String { "\(folder)/\(replica.name)/log" }

    func checkCommands(of spec: AppSpec, in digest: String) throws {}

    func preflight(_ replicas: [(Replica, ReplicaInputs)], of revision: Revision, onlyReads: Bool) throws -> Preflight {
        let boots = Dictionary(
            uniqueKeysWithValues: replicas.map { replica, inputs in
                let environment = inputs.environment.variables
                return (
                    replica.process,
                    ProgramCall(executable: "/bin/true", arguments: [], environment: environment, directory: "/")
                )
            })
        let secrets = replicas.flatMap { _, inputs in inputs.environment.secrets.compactMap { inputs.environment.variables[$0] } }
        return Preflight(boots: boots, reads: nil, secretValues: secrets, directory: "/nowhere")
    }

    func discard(preflight directory: String) {}

    func endedLogs(of key: AppKey) -> [EndedLogs.Entry] { [] }

    func attachFolder(of key: AppKey) -> String { "/attach/\(key.app)" }

    func write(_ plan: AttachPlan) {}

    func collectCrash(of replica: Replica) {}

    func crashes(of key: AppKey, hiding redactor: Redactor) -> [CrashReport] { [] }

    func removeKept(of key: AppKey) {}

    func residentBytes(of pid: Int32) -> Int? { now.manners.residentBytes }

    func call(_ command: OneOff, beside replica: Replica, of revision: Revision, _ inputs: ReplicaInputs) throws -> ProgramCall {
        ProgramCall(executable: "/\(replica.name)", arguments: [command.kind.rawValue], environment: [:], directory: "/")
    }
}

private struct Handle: RunningReplica {
    let machine: Machine
    let name: String
    let states: any AsyncSequence<ReplicaState, Never> & Sendable

    func stop(grace: Duration, isBooting: Bool) {
        machine.step("before the stop of \(name)")
        let obeys = machine.change { state in
            state.stops.append(name)
            state.graces.append(grace)
            if state.beams[name]?.isServing == true {
                state.servingAfterStop.append(state.beams.values.count { $0.isServing } - 1)
                state.beams[name]?.isServing = false
            }
            return state.manners.obeysStop
        }
        if obeys { machine.end(name, code: 0) }
        machine.step("after the stop of \(name)")
    }

    func kill() {
        machine.change { $0.kills.append(name) }
        machine.end(name, signal: 9)
    }

    func abandon() -> Bool { false }
}

extension Machine: NodeDialer {
    struct Unreachable: Error {}

    func connect(node: String, address: String, cookie: String) async throws -> any NodeSession {
        try change { state throws -> any NodeSession in
            guard let (name, beam) = state.beams.first(where: { $0.value.node == node && $0.value.isRunning }),
                beam.hasTold || state.manners.answersEarly, beam.address == address, beam.cookie == cookie, state.manners.answers
            else { throw Unreachable() }
            state.cookies.insert(cookie)
            return Connection(machine: self, name: name)
        }
    }
}

private struct Connection: NodeSession {
    let machine: Machine
    let name: String

    func report(timeout: Duration) async throws -> NodeReport {
        try machine.change { state throws -> NodeReport in
            guard let beam = state.beams[name], beam.isRunning, state.manners.answers, let node = beam.node else {
                throw Machine.Unreachable()
            }
            if state.manners.applications.contains("hello") { state.beams[name]?.isServing = true }
            let others = state.beams.values.filter { $0.isRunning && $0.hasTold && $0.node != node && $0.cookie == beam.cookie }
            return NodeReport(
                node: node, otp: "25", uptimeSeconds: 1, memory: ["total": 1 << 20], processes: .init(count: 1, limit: 10),
                atoms: .init(count: 1, limit: 10), ports: .init(count: 1, limit: 10), runQueue: 0, schedulerUtilization: nil,
                peers: others.compactMap(\.node).sorted(), applications: state.manners.applications, isBooted: true)
        }
    }

    func closed() async {}
    func close() async {}
}
