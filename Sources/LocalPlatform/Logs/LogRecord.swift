import FleetModel

/// One line of a replica's log file, in the format of Kubernetes' runtimes (CRI): `<RFC 3339> <stream> F|P <text>`.
struct LogRecord: Hashable, Sendable {
    let at: Timestamp
    let stream: String
    /// Whether the line ends here; a longer one is in several records.
    let isWhole: Bool
    /// The bytes as they were written: a character may be cut in two between parts of a line.
    let text: [UInt8]

    /// Reads a line without its end; nil for what no keeper wrote.
    init?(_ line: some Collection<UInt8>) {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let at = Timestamp(rfc3339: parts[0]) else { return nil }
        self.at = at
        stream = String(decoding: parts[1], as: UTF8.self)
        isWhole = parts[2].elementsEqual([UInt8(ascii: "F")])
        text = Array(parts[3])
    }
}
