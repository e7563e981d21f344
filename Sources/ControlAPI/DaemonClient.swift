public import FleetModel
public import HTTPTransport
import NIOCore

/// The local platform as a command sees it: the daemon, over its Unix socket.
public struct DaemonClient: Platform {
    let transport: HTTPTransport
    let socket: String
    private let relay: (@Sendable (ProgramCall) throws -> ProgramCall)?
    let silence: @Sendable () -> PlatformError
    let patience: Duration
    private let host: (@Sendable (ProgramCall) throws -> ProgramCall)?
    private let revive: @Sendable () async throws -> Void

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - relay: Makes a program of the daemon's machine one that runs here and does the same; nil when that is this machine.
    ///   - host: Makes a program that runs here one that ends when this process does, however it does; nil: it need not.
    ///   - silence: What is the matter with a daemon that takes requests and answers none.
    ///   - patience: How long it may say nothing before it is asked for a sign of life, and how long it has for that.
    ///   - revive: Is called when nothing listens on the socket; it starts a daemon, or throws why it cannot.
    public init(
        transport: HTTPTransport, socket: String, relay: (@Sendable (ProgramCall) throws -> ProgramCall)? = nil,
        host: (@Sendable (ProgramCall) throws -> ProgramCall)? = nil,
        silence: @escaping @Sendable () -> PlatformError = { PlatformError(.unresponsive, "the daemon does not answer") },
        patience: Duration = .seconds(5), revive: @escaping @Sendable () async throws -> Void
    ) {
        self.relay = relay
        self.host = host
        self.silence = silence
        self.patience = patience
        self.transport = transport
        self.socket = socket
        self.revive = revive
    }

    /// What the daemon says of itself; starts none.
    public func daemonStatus() async throws -> DaemonStatus {
        try await ask("GET", ControlRoute.daemon, revives: false)
    }

    /// Ends the daemon; replicas go on.
    public func stopDaemon() async throws {
        let _: Done = try await ask("POST", ControlRoute.daemonStop, revives: false)
    }

    /// Ends every replica, the name server and the daemon; returns when nothing of them is left. Starts no daemon.
    public func stopAll() async throws {
        let _: Done = try await ask("POST", ControlRoute.stopAll, timeout: .seconds(86_400), revives: false)
    }

    /// The certificates that the entrance shows.
    public func certificates() async throws -> [CertificateReport] { try await ask("GET", ControlRoute.certificates) }

    /// Has the entrance show a certificate.
    public func addCertificate(_ request: CertificateRequest) async throws -> CertificateReport {
        try await ask("POST", ControlRoute.certificates, request)
    }

    /// Has the entrance show a certificate no more.
    public func removeCertificate(_ id: String) async throws {
        let _: Done = try await ask("DELETE", "\(ControlRoute.certificates)?id=\(id)")
    }

    /// Where a release has to be put.
    public func releaseIntake() async throws -> ReleaseIntake { try await ask("GET", ControlRoute.intake) }

    /// Where a container image has to be put.
    public func imageIntake() async throws -> ImageIntake { try await ask("PUT", ControlRoute.imageIntake) }

    /// Makes a revision and wants it.
    public func deploy(_ request: DeployRequest) async throws -> Revision { try await ask("POST", ControlRoute.apps, request) }

    /// The app as it is now.
    public func status(of key: AppKey) async throws -> AppStatus { try await ask("GET", ControlRoute.app(key)) }

    /// The apps of a namespace, or of all.
    public func list(namespace: String?) async throws -> [AppStatus] {
        try await ask("GET", ControlRoute.apps + (namespace.map { "?namespace=\($0)" } ?? ""))
    }

    /// Asks every BEAM of the app how it is.
    public func nodes(of key: AppKey) async throws -> NodesReport { try await ask("GET", ControlRoute.app(key, .nodes)) }

    /// Wants another number of replicas.
    public func scale(_ key: AppKey, process: String?, replicas: Int) async throws -> AppStatus {
        try await ask("PUT", ControlRoute.app(key, .scale), ScaleRequest(process: process, replicas: replicas))
    }

    /// Replaces every replica.
    public func restart(_ key: AppKey) async throws -> AppStatus { try await ask("POST", ControlRoute.app(key, .restart)) }

    /// Ends every replica; forgets nothing.
    public func stop(_ key: AppKey) async throws {
        let _: Done = try await ask("POST", ControlRoute.app(key, .stop), timeout: .seconds(86_400))
    }

    /// Ends every replica and forgets the app.
    public func destroy(_ key: AppKey) async throws {
        let _: Done = try await ask("DELETE", ControlRoute.app(key), timeout: .seconds(86_400))
    }

    /// Every revision of the app.
    public func history(of key: AppKey) async throws -> History { try await ask("GET", ControlRoute.app(key, .history)) }

    /// Brings an older revision back.
    public func rollback(_ key: AppKey, _ request: RollbackRequest) async throws -> Revision {
        try await ask("PUT", ControlRoute.app(key, .rollback), request)
    }

    /// What is set beside the manifest.
    public func settings(of key: AppKey) async throws -> SettingsReport {
        try await ask("GET", ControlRoute.app(key, .settings))
    }

    /// Changes what is set beside the manifest.
    public func changeSettings(of key: AppKey, _ request: SettingsRequest) async throws -> SettingsOutcome {
        try await ask("PUT", ControlRoute.app(key, .settings), request)
    }

    /// How to try a configuration.
    public func preflight(_ request: PreflightRequest) async throws -> Preflight {
        var preflight: Preflight = try await ask("POST", ControlRoute.preflight, request)
        if let host = relay ?? host {
            preflight.boots = try preflight.boots.mapValues(host)
            preflight.reads = try preflight.reads.map(host)
        }
        if let relay { preflight.releaseCommand = try preflight.releaseCommand.map(relay) }
        return preflight
    }

    /// Removes a preflight's folder. Also what is interrupted cleans up after itself.
    public func discard(_ preflight: Preflight) async {
        let path = "\(ControlRoute.preflight)?directory=\(preflight.directory)"
        await Task { let _: Done? = try? await ask("DELETE", path, revives: false) }.value
    }

    /// How to run a command beside the replicas.
    public func oneOff(_ key: AppKey, _ command: OneOff) async throws -> ProgramCall {
        try await ask("POST", ControlRoute.app(key, .call), command)
    }

    /// What joins the app's cluster.
    public func attachment(of key: AppKey) async throws -> Attachment { try await ask("PUT", ControlRoute.app(key, .attachment)) }

    /// The crash dumps of the app's replicas.
    public func crashes(of key: AppKey) async throws -> [CrashReport] { try await ask("GET", ControlRoute.app(key, .crashes)) }

    /// The app now and after each change; goes on with a new daemon when the old one is gone.
    public func watch(_ key: AppKey) -> AsyncThrowingStream<AppStatus, any Error> {
        lines("GET", ControlRoute.app(key, .watch), body: nil, resumes: true)
    }

    /// What the replicas wrote; followed on and on, it goes on with a new daemon where the old one stopped.
    public func logs(of key: AppKey, _ query: LogQuery) -> AsyncThrowingStream<LogLine, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    var place = LogPlace()
                    while true {
                        let asked = place.resumed(query)
                        let lines: AsyncThrowingStream<LogLine, any Error> = lines(
                            "POST", ControlRoute.app(key, .logs), body: try ControlCoding.bytes(asked), resumes: false)
                        do {
                            for try await line in lines where place.isNew(line) { continuation.yield(line) }
                            break
                        } catch let error as PlatformError where query.follow && error.code == .unreachable && place.isFresh {
                            place.broke()
                        }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Waits for the deploy lock, and holds it until the reader stops.
    public func deployLock(_ key: AppKey, holder: LockHolder) -> AsyncThrowingStream<LockHolder?, any Error> {
        let states: AsyncThrowingStream<LockState, any Error> = lines(
            "POST", ControlRoute.app(key, .lock), body: try? ControlCoding.bytes(holder), resumes: true)
        return AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    for try await state in states { continuation.yield(state.heldBy) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Lets go of the lock.
    public func releaseDeployLock(_ key: AppKey, holder: LockHolder) async throws {
        let _: Done = try await ask("POST", ControlRoute.app(key, .unlock), holder)
    }

    /// The answer to what has nothing to say.
    public struct Done: Codable, Sendable {
        /// Makes one.
        public init() {}
    }
}

extension DaemonClient {
    private func ask<Answer: Decodable>(
        _ method: String, _ path: String, timeout: Duration = .seconds(60), revives: Bool = true
    ) async throws -> Answer {
        try await ask(method, path, body: nil, timeout: timeout, revives: revives)
    }

    private func ask<Answer: Decodable>(_ method: String, _ path: String, _ question: some Encodable) async throws -> Answer {
        try await ask(method, path, body: try ControlCoding.bytes(question), timeout: .seconds(60), revives: true)
    }

    private func ask<Answer: Decodable>(
        _ method: String, _ path: String, body: [UInt8]?, timeout: Duration, revives: Bool
    ) async throws -> Answer {
        let call = call(method, path, body)
        let answer: HTTPAnswer
        do {
            answer = try await send(call, timeout)
        } catch let failure as HTTPFailure where revives && failure.mayBeSentAgain(call) {
            // Whoever asks for a daemon that has just been killed gets the next one's answer.
            try await revive()
            answer = try await translatingFailures { try await send(call, timeout) }
        } catch let failure as HTTPFailure {
            throw unreachable(failure)
        }
        guard answer.isSuccess else {
            throw try ControlCoding.value(PlatformError.self, from: answer.body.readableBytesView)
        }
        return try ControlCoding.value(Answer.self, from: answer.body.readableBytesView)
    }

    private func send(_ call: HTTPCall, _ timeout: Duration) async throws -> HTTPAnswer {
        try await whileAlive { _ in try await transport.send(call, timeout: timeout) }
    }

    func call(_ method: String, _ path: String, _ body: [UInt8]?) -> HTTPCall {
        HTTPCall(
            method, path, at: .unix(path: socket), headers: body == nil ? [] : [("Content-Type", "application/json")],
            body: body.map { ByteBuffer(bytes: $0) })
    }

    func translatingFailures<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let failure as HTTPFailure { throw unreachable(failure) }
    }

    func unreachable(_ failure: HTTPFailure) -> PlatformError {
        failure.reason == .refused
            ? PlatformError(.unreachable, "no daemon runs: nothing listens on \(socket)", hint: "beamctl daemon start")
            : PlatformError(.unreachable, "the daemon does not answer: \(failure)", hint: "beamctl daemon status")
    }

    func reviveDaemon() async throws { try await revive() }
}

extension HTTPFailure {
    /// Whether a request can be sent again: it never arrived, or it does no more when it arrives twice. A deploy
    /// has an id for that; what is left of a trial is removed later.
    fileprivate func mayBeSentAgain(_ call: HTTPCall) -> Bool {
        switch reason {
        case .refused: true
        case .broken, .handshake:
            call.method == "GET" || call.method == "PUT" || [ControlRoute.apps, ControlRoute.preflight].contains(call.path)
        case .timeout: false
        }
    }
}
