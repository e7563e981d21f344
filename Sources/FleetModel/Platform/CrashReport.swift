/// A crash dump that a replica's BEAM left, as far as people ask it first.
public struct CrashReport: Hashable, Codable, Sendable {
    /// A process of that BEAM.
    public struct Process: Hashable, Codable, Sendable {
        /// `<0.79.0>`
        public var pid: String
        /// The name that it was registered under.
        public var name: String?
        /// The function that it was spawned with.
        public var spawnedAs: String?
        /// The function that it was in.
        public var current: String?
        /// Bytes.
        public var memory: Int
        /// Messages that waited for it.
        public var messages: Int

        /// Makes one.
        public init(pid: String, name: String?, spawnedAs: String?, current: String?, memory: Int, messages: Int) {
            self.pid = pid
            self.name = name
            self.spawnedAs = spawnedAs
            self.current = current
            self.memory = memory
            self.messages = messages
        }
    }

    /// The replica.
    public var replica: String
    /// When the dump was written.
    public var at: Timestamp
    /// Where the dump lies, on the platform's machine.
    public var path: String
    /// Its size in bytes.
    public var bytes: Int
    /// Whether all of it is there: one that grows too large is cut.
    public var isWhole: Bool
    /// Why the VM ended; nil when the file is no crash dump.
    public var slogan: String?
    /// Its version.
    public var system: String?
    /// The node's name.
    public var node: String?
    /// Bytes by kind: `total`, `processes`, `binary`, `ets`, ….
    public var memory: [String: Int]
    /// How many processes there were.
    public var processes: Int
    /// How many atoms there were.
    public var atoms: Int?
    /// Those with the most memory.
    public var heaviest: [Process]
    /// Those with the most messages waiting.
    public var longestQueues: [Process]
    /// How the replica ended, where the platform says so: `exit code 1`, `killed: out of memory (OOMKilled)`.
    public var end: String?
    /// Why there is no dump; nil: there is one.
    public var missing: String?

    /// Makes one of a file that nobody has read.
    public init(replica: String, at: Timestamp, path: String, bytes: Int) {
        self.replica = replica
        self.at = at
        self.path = path
        self.bytes = bytes
        isWhole = false
        memory = [:]
        processes = 0
        heaviest = []
        longestQueues = []
    }
}

extension CrashReport {
    /// The same without secrets: why a VM ended is said in the app's own words.
    public func hidden(by redactor: Redactor) -> CrashReport {
        var report = self
        report.slogan = slogan.map(redactor.redactedWhereCut)
        report.node = node.map(redactor.redacted)
        report.heaviest = heaviest.map { $0.hidden(by: redactor) }
        report.longestQueues = longestQueues.map { $0.hidden(by: redactor) }
        return report
    }
}

extension CrashReport.Process {
    fileprivate func hidden(by redactor: Redactor) -> Self {
        var process = self
        process.name = name.map(redactor.redacted)
        process.spawnedAs = spawnedAs.map(redactor.redacted)
        process.current = current.map(redactor.redacted)
        return process
    }
}
