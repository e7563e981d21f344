/// What an `erl_crash.dump` says (ERTS User's Guide, "How to Interpret the Erlang Crash Dumps"), as far as people ask it first: why,
/// how much memory for what, and which processes were the heaviest.
public struct CrashDump: Hashable, Sendable {
    /// A process, as it was.
    public struct Process: Hashable, Sendable {
        /// `<0.79.0>`
        public var pid: String
        /// The name that it was registered under.
        public var name: String?
        /// The function that it was spawned with: `erlang:apply/2`.
        public var spawnedAs: String?
        /// The function that it was in: `gen_server:loop/7`.
        public var current: String?
        /// Bytes.
        public var memory = 0
        /// Messages that waited for it.
        public var messages = 0
    }

    /// Why the VM ended.
    public var slogan: String
    /// Its version: `Erlang/OTP 25 [erts-13.1.5] …`.
    public var system: String
    /// The node's name; nil where it had none.
    public var node: String?
    /// Bytes by kind, as the VM counts them: `total`, `processes`, `binary`, `ets`, ….
    public var memory: [String: Int]
    /// How many atoms there were.
    public var atoms: Int?
    /// How many processes there were.
    public var processes: Int
    /// Those with the most memory, the heaviest first.
    public var heaviest: [Process]
    /// Those with the most messages waiting, the longest queue first; none with an empty one.
    public var longestQueues: [Process]
    /// Whether all of it is there: a dump that grows too large is cut.
    public var isWhole: Bool
}
