/// Where apps run. Two conformers, the local daemon's client and a Kubernetes cluster; a command never asks which one it has.
///
/// Every function throws ``PlatformError``, and `CancellationError` when its task is cancelled.
public protocol Platform: Sendable {
    /// Where a release has to be put before it can be deployed.
    func releaseIntake() async throws -> ReleaseIntake

    /// Where the container image of a release has to be put before it can be deployed with `runtime: docker`. Throws `invalid_request`
    /// when containers cannot run there.
    func imageIntake() async throws -> ImageIntake

    /// Finds out what ``deploy(_:)`` of the same request has to know before its first write, and writes nothing: it may be done while the
    /// configuration is still being tried. Throws what ``deploy(_:)`` would throw.
    func rehearse(_ request: DeployRequest) async throws

    /// Makes a revision and wants it; returns when that is written down, not when it runs.
    func deploy(_ request: DeployRequest) async throws -> Revision

    /// The app as it is now. Throws `app_not_found`.
    func status(of key: AppKey) async throws -> AppStatus

    /// The same status with what it takes a moment to find out: whom its nodes see, and what replicas that are not ready say of it.
    func explained(_ status: AppStatus) async -> AppStatus

    /// The apps of a namespace, or of all, by key.
    func list(namespace: String?) async throws -> [AppStatus]

    /// The app as it is now, and again after each change, until the reader stops or the app is gone.
    func watch(_ key: AppKey) -> AsyncThrowingStream<AppStatus, any Error>

    /// Asks every BEAM of the app how it is.
    func nodes(of key: AppKey) async throws -> NodesReport

    /// Wants another number of replicas of one process; `process` may be nil where there is only one.
    func scale(_ key: AppKey, process: String?, replicas: Int) async throws -> AppStatus

    /// Replaces every replica by a new one of the same revision, under the rollout's bounds.
    func restart(_ key: AppKey) async throws -> AppStatus

    /// Ends every replica and keeps everything else, until the app is deployed, restarted or scaled; returns when none is left.
    func stop(_ key: AppKey) async throws

    /// Ends every replica and forgets the app; returns when nothing of it is left.
    func destroy(_ key: AppKey) async throws

    /// What the app's replicas wrote, oldest first, merged over replicas by time.
    func logs(of key: AppKey, _ query: LogQuery) -> AsyncThrowingStream<LogLine, any Error>

    /// Every revision of the app. Throws `app_not_found`.
    func history(of key: AppKey) async throws -> History

    /// Makes a revision that brings an older one back, settings included, and wants it.
    func rollback(_ key: AppKey, _ request: RollbackRequest) async throws -> Revision

    /// What is set for an app beside its manifest; an app that was never deployed may have settings too.
    func settings(of key: AppKey) async throws -> SettingsReport

    /// Changes settings, all or none; returns when that is written down. Throws `invalid_request` for what cannot be set, or unset.
    func changeSettings(of key: AppKey, _ request: SettingsRequest) async throws -> SettingsOutcome

    /// How to try a configuration before a replica is touched. Throws `invalid_request` when it cannot work: a secret that is not
    /// set, a file that cannot be rendered.
    func preflight(_ request: PreflightRequest) async throws -> Preflight

    /// Removes the folder of a preflight, once its programs have ended; what cannot be removed now is removed later.
    func discard(_ preflight: Preflight) async

    /// How to run a command of the release's own script beside the app's replicas.
    func oneOff(_ key: AppKey, _ command: OneOff) async throws -> ProgramCall

    /// Writes what a VM of the user's own needs to join the app's cluster, and says where.
    func attachment(of key: AppKey) async throws -> Attachment

    /// The crash dumps that the app's replicas left, the newest first.
    func crashes(of key: AppKey) async throws -> [CrashReport]

    /// Waits until nobody else changes the app, then says so once (`nil`), and holds the lock until it is released or the reader is
    /// gone. While another has it, that one is told, and since when.
    func deployLock(_ key: AppKey, holder: LockHolder) -> AsyncThrowingStream<LockHolder?, any Error>

    /// Lets go of the lock that this holder has.
    func releaseDeployLock(_ key: AppKey, holder: LockHolder) async throws
}

extension Platform {
    /// Finds out nothing: where a deploy is quick, it needs no rehearsal.
    public func rehearse(_ request: DeployRequest) async throws {}

    /// The status itself: where replicas are looked after from beside them, it says all there is.
    public func explained(_ status: AppStatus) async -> AppStatus { status }
}

/// Where a release has to be put before it can be deployed.
public enum ReleaseIntake: Hashable, Codable, Sendable {
    /// As a read-only copy, named by its digest, in this directory of this machine.
    case directory(String)
    /// As a container image, in a registry that the platform reads from: ``StoredRelease/image`` names it.
    case registry
}

/// Where a container image has to be put before its release can be deployed.
public struct ImageIntake: Hashable, Codable, Sendable {
    /// The Docker Engine, as `DOCKER_HOST` names it.
    public var engine: String
    /// What the names of images begin with that this platform has put there.
    public var repository: String
    /// What the Engine's machine is: `linux/amd64`.
    public var machine: String

    /// Makes one.
    public init(engine: String, repository: String, machine: String) {
        self.engine = engine
        self.repository = repository
        self.machine = machine
    }
}

/// What `deploy` needs.
public struct DeployRequest: Hashable, Codable, Sendable {
    /// The app's namespace; the app itself is the spec's.
    public var namespace: String
    /// What the manifest says.
    public var spec: AppSpec
    /// The release, as it was put where ``Platform/releaseIntake()`` said.
    public var release: StoredRelease
    /// Who deploys, and from what.
    public var origin: RevisionOrigin
    /// The app that is deployed.
    public var key: AppKey { AppKey(namespace: namespace, app: spec.app) }

    /// Tells this request from every other: sent twice, because nobody knows whether it arrived, it makes one revision.
    public var id: String?

    /// Makes one.
    public init(namespace: String, spec: AppSpec, release: StoredRelease, origin: RevisionOrigin, id: String? = nil) {
        self.namespace = namespace
        self.spec = spec
        self.release = release
        self.origin = origin
        self.id = id
    }
}

/// Who holds a deploy lock.
public struct LockHolder: Hashable, Codable, Sendable {
    /// `user@host`, with the process id of the command.
    public var who: String
    /// Since when it is held.
    public var since: Timestamp
    /// What for: the verb of the command, such as `deploy`.
    public var verb: String?

    /// Makes one.
    public init(who: String, since: Timestamp, verb: String? = nil) {
        self.who = who
        self.since = since
        self.verb = verb
    }
}
