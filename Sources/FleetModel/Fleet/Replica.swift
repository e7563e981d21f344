/// One BEAM of an app, as the platform knows it.
public struct Replica: Hashable, Codable, Sendable {
    /// Its name, unique within a platform: `<app>-<process>-<revision>-<five characters>`.
    public var name: String
    /// The app that it belongs to.
    public var key: AppKey
    /// The process that it plays.
    public var process: String
    /// The revision that it runs.
    public var revision: Int
    /// The deployment's generation that it was made for.
    public var generation: Int
    /// Where it is reached.
    public var slot: Slot
    /// The Erlang name of its node; nil without distribution.
    public var node: String?
    /// What it is doing.
    public var phase: Phase
    /// Why it is in this phase, in a few words for people; nil when there is nothing to say.
    public var reason: String?
    /// When it was recorded.
    public var createdAt: Timestamp
    /// When its present (or last) BEAM was started.
    public var startedAt: Timestamp?
    /// When it last became ready.
    public var readyAt: Timestamp?
    /// How often a BEAM was started in this slot after the first time.
    public var restarts: Int
    /// Ends since the last long healthy run: what the back-off grows by.
    public var failures: Int
    /// When it is to be started again, in phase `backoff`.
    public var startsAgainAt: Timestamp?
    /// How its last BEAM ended.
    public var lastExit: Exit?
    /// Why the platform killed its BEAM, from then until the next start.
    public var killedFor: String?
    /// The process id of its BEAM, while it lives.
    public var pid: Int32?

    /// Where a replica is reached.
    public struct Slot: Hashable, Codable, Sendable {
        /// Its own IP address.
        public var address: String
        /// The port that `PORT` tells it.
        public var port: Int

        /// Makes one.
        public init(address: String, port: Int) {
            self.address = address
            self.port = port
        }

        /// Both, as in a URL: an IPv6 address stands in brackets.
        public var authority: String { (address.contains(":") ? "[\(address)]" : address) + ":\(port)" }
    }

    /// What a replica is doing.
    public enum Phase: String, Hashable, Codable, Sendable, CaseIterable {
        /// Recorded; nothing has been started.
        case pending
        /// Its BEAM was started and is not ready yet.
        case starting
        /// Alive, booted, its application started, its health check passed.
        case ready
        /// Alive, was ready, and does not answer as it should.
        case unready
        /// Its BEAM ended; it is started again at ``Replica/startsAgainAt``.
        case backoff
        /// No longer wanted: it gets no new requests, and finishes those that it has.
        case draining
        /// Told to end, never to be started again.
        case stopping

        /// Whether it is on its way out.
        public var isLeaving: Bool { self == .draining || self == .stopping }
    }

    /// How a BEAM ended.
    public struct Exit: Hashable, Codable, Sendable {
        /// The exit code, when it ended by itself.
        public var code: Int32?
        /// The signal that ended it.
        public var signal: Int32?
        /// When.
        public var at: Timestamp
        /// When what ended had been started; nil where that is not known.
        public var startedAt: Timestamp?

        /// Makes one.
        public init(code: Int32?, signal: Int32?, at: Timestamp, startedAt: Timestamp? = nil) {
            self.code = code
            self.signal = signal
            self.at = at
            self.startedAt = startedAt
        }

        /// `exit code 1`, `signal 9`, or that it is not known.
        public var summary: String {
            if let signal { return "signal \(signal)" }
            if let code { return "exit code \(code)" }
            return "an end that nobody saw"
        }
    }

    /// Makes one in phase `pending`.
    public init(
        name: String, key: AppKey, process: String, revision: Int, generation: Int, slot: Slot, node: String?,
        createdAt: Timestamp
    ) {
        self.name = name
        self.key = key
        self.process = process
        self.revision = revision
        self.generation = generation
        self.slot = slot
        self.node = node
        self.createdAt = createdAt
        phase = .pending
        restarts = 0
        failures = 0
    }
}
