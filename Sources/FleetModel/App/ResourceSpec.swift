/// How much of a machine a replica gets at most. At least one of the two is given.
public struct ResourceSpec: Hashable, Codable, Sendable {
    /// Processor time, in thousandths of a core; nil: as much as there is.
    public var cpuMillis: Int?
    /// Memory in bytes; nil: as much as there is.
    public var memoryBytes: Int?

    /// How many schedulers a VM gets for that; nil: one for each processor.
    public var schedulers: Int? { cpuMillis.map { max(1, ($0 + 999) / 1000) } }

    /// From a hundredth of a core to 1024 cores.
    public static let cpuRange = 10...1_024_000
    /// From 32 MiB, which is hardly enough for an empty BEAM, to 16 TiB.
    public static let memoryRange = (32 << 20)...(16 << 40)

    /// Makes a description.
    public init(cpuMillis: Int? = nil, memoryBytes: Int? = nil) {
        self.cpuMillis = cpuMillis
        self.memoryBytes = memoryBytes
    }
}
