import BeamRelease
import FleetModel
import HTTPEntrance

/// What a local replica is: an OS process under a keeper, or a container.
protocol ReplicaRuntime: Sendable {
    /// Prepares a replica's folder and starts its BEAM.
    func start(_ replica: Replica, of revision: Revision, _ inputs: ReplicaInputs) throws -> any RunningReplica

    /// Finds out what became of a replica that was started before this daemon lived.
    func find(_ replica: Replica) async -> FoundReplica

    /// Removes what is left of a replica that has ended for good, but for its log and its crash dumps, which are kept for a while.
    func remove(_ replica: Replica, at now: Timestamp) throws

    /// Where the replica's log is; rotated files lie beside it as `.1`, `.2`, ….
    func logPath(_ replica: Replica) -> String

    /// How to run a command of the release's script beside the replica.
    func call(_ command: OneOff, beside replica: Replica, of revision: Revision, _ inputs: ReplicaInputs) throws -> ProgramCall

    /// Prepares a folder in which a configuration can be tried, and says how. Each replica stands for a process. With `onlyReads`
    /// nothing is rendered, and only what the release reads can be asked for.
    func preflight(_ replicas: [(Replica, ReplicaInputs)], of revision: Revision, onlyReads: Bool) async throws -> Preflight

    /// Removes the folder of such a trial. Throws `invalid_request` for any other.
    func discard(preflight directory: String) async throws

    /// Keeps the crash dump of a replica that does not run, if it left one.
    func collectCrash(of replica: Replica) throws
}

/// What the fleet keeps in files of the machine, beside its replicas.
protocol FleetFiles: Sendable {
    /// Whether the copy of a release is where replicas run from.
    func has(release digest: String) -> Bool

    /// Whether the copy of a release is what it was when it was made. Reads all of it.
    func isIntact(release digest: String) -> Bool

    /// Removes the copy of a release that nothing refers to any more.
    func remove(release digest: String) throws

    /// Ends what runs in folders of replicas, known or not, such as those of a state that was lost; their names. Only to be called when
    /// nothing is to live.
    func endStrangers() async -> [String]

    /// Removes what was put here for deploys and trials that never came: copies of other releases than these, and trials, when they
    /// are older than a day.
    func removeLeftovers(keeping digests: Set<String>)

    /// The folders of trials.
    func trials() -> Set<String>

    /// The logs that are kept of replicas that are no more, the newest first.
    func endedLogs(of key: AppKey) -> [EndedLogs.Entry]

    /// Throws `invalid_request` for a command of a process that is not in the release, or cannot be run.
    func checkCommands(of spec: AppSpec, in digest: String) throws

    /// The folder of what a VM of the user's own needs to join the app's cluster.
    func attachFolder(of key: AppKey) -> String

    /// Writes that.
    func write(_ plan: AttachPlan) throws

    /// The crash dumps that are kept, the newest first, without secrets. Reads them, which may take long.
    func crashes(of key: AppKey, hiding redactor: Redactor) -> [CrashReport]

    /// Removes what is kept of an app beside its replicas.
    func removeKept(of key: AppKey)

    /// Bytes of memory that a process holds in RAM; nil when there is no such process.
    func residentBytes(of pid: Int32) -> Int?
}

/// The runtime of containers, as the fleet sees it.
protocol ContainerPlatform: ReplicaRuntime {
    /// The network that containers get their addresses from; nil before ``prepare()``.
    var network: BridgeNetwork? { get }

    /// The same, or the one that it would be; nil when none is free.
    var expectedNetwork: BridgeNetwork? { get }

    /// Makes everything ready that containers need. Throws `invalid_request` when they cannot run here.
    func prepare() async throws -> ImageIntake

    /// Why nothing is heard of what runs the containers, asked just now; nil when it answers.
    func silence() async -> String?

    /// Goes on where another daemon ended.
    func resume() async

    /// Ends trials and commands that run once, also those whose command was killed.
    func endTrials() async

    /// Removes images, and trials that are older than a day; with `all`, everything that is here for containers.
    func tidy(removing images: Set<String>, all: Bool) async
}

/// Where requests come in, as the fleet sees it.
protocol FleetEntrance: Sendable {
    /// How it is.
    var state: EntranceState { get }

    /// The URL under which a host is reached; nil where there is no entrance.
    func url(host: String) -> String?

    /// Waits until nothing is open to a replica that these routes do not name, or for so long; WebSockets are closed then.
    func drain(_ replica: String, patience: Duration, routes: FleetNews<[Route]>) async
}

/// What a BEAM is given that stands in no revision.
struct ReplicaInputs: Hashable, Sendable {
    /// The cluster's cookie.
    var cookie: String
    /// The user's variables, every reference filled in.
    var environment = ResolvedEnvironment()
}

/// A BEAM that was started, or found running.
protocol RunningReplica: Sendable {
    /// What becomes of it; ends when nothing of it is left to hear from.
    var states: any AsyncSequence<ReplicaState, Never> & Sendable { get }

    /// Asks it to end, and has it killed when it has not by then. A BEAM that is booting drops a SIGTERM, so it is asked again.
    func stop(grace: Duration, isBooting: Bool)

    /// Has it killed now.
    func kill()

    /// Ends what was told to end it and did not, where that is ours; its ``states`` end then, and what it kept is ended by
    /// ``ReplicaRuntime/find(_:)``. Returns whether there was anything.
    func abandon() -> Bool
}

/// What is heard of a BEAM.
enum ReplicaState: Hashable, Sendable {
    /// It is being started.
    case starting
    /// It runs, as this process.
    case running(pid: Int32)
    /// What runs it does not answer, for this reason: the BEAM may live or not.
    case unheard(reason: String)
    /// It ended; and why it was killed, where the machine did that.
    case ended(Replica.Exit, killedFor: String?)
    /// It could not be started.
    case failed(reason: String)

    init(_ slot: SlotState) {
        self =
            switch slot {
            case .starting: .starting
            case .running(let beam, _): .running(pid: beam.pid)
            case .ended(let exit): .ended(exit, killedFor: nil)
            case .failed(let reason): .failed(reason: reason)
            }
    }
}

/// What became of a replica that was started before this daemon lived.
enum FoundReplica: Sendable {
    /// It runs, and was adopted; nil where its keeper has not started the BEAM yet.
    case running(any RunningReplica, pid: Int32?)
    /// It ended meanwhile; nil where nobody could write down how.
    case ended(Replica.Exit?)
    /// It was never started.
    case absent
}
