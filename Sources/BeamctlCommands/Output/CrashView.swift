import FleetModel
import Foundation

/// A crash dump for people.
struct CrashView {
    private let crash: CrashReport

    init(_ crash: CrashReport) {
        self.crash = crash
    }

    /// One line for each.
    static func table(_ crashes: [CrashReport], now: Timestamp) -> TextTable {
        var table = TextTable("CRASHED", "REPLICA", "MEM", "PROCS", "WHY")
        for crash in crashes {
            let age = Quantity.age(seconds: Int(now.since(crash.at).components.seconds)) + " ago"
            table.add([
                age, crash.replica, crash.memory["total"].map(Quantity.bytes) ?? "-",
                crash.missing == nil ? "\(crash.processes)" : "-",
                TextTable.oneLine(CrashView(crash).reason, longest: 100),
            ])
        }
        return table
    }

    private var reason: String {
        if let missing = crash.missing { return [crash.end, missing].compactMap(\.self).joined(separator: "; ") }
        return crash.slogan ?? "the file is no crash dump"
    }

    /// All of it.
    var lines: [String] {
        var lines = ["\(crash.replica) crashed at \(crash.at.rfc3339)", "  why      \(reason)"]
        guard crash.missing == nil else { return lines }
        if let end = crash.end { lines.append("  ended    \(end)") }
        if let node = crash.node { lines.append("  node     \(node)") }
        if let system = crash.system { lines.append("  system   \(system)") }
        if !crash.memory.isEmpty { lines.append("  memory   \(memory)") }
        let atoms = crash.atoms.map { ", \($0) atoms" } ?? ""
        lines.append("  held     \(crash.processes) processes\(atoms)")
        lines.append(
            "  dump     \(crash.path) (\(Quantity.bytes(crash.bytes))\(crash.isWhole ? "" : ", cut at its largest size"))")
        lines += Self.processes("  most memory", crash.heaviest)
        lines += Self.processes("  most messages waiting", crash.longestQueues)
        return lines
    }

    private var memory: String {
        let kinds = ["processes", "binary", "ets", "atom", "code"]
        let each = kinds.compactMap { kind in crash.memory[kind].map { "\(kind) \(Quantity.bytes($0))" } }
        return "\(Quantity.bytes(crash.memory["total"] ?? 0)): \(each.joined(separator: ", "))"
    }

    private static func processes(_ title: String, _ processes: [CrashReport.Process]) -> [String] {
        guard !processes.isEmpty else { return [] }
        var table = TextTable("PID", "NAME", "MEM", "MESSAGES", "IN", "SPAWNED AS")
        for process in processes {
            table.add([
                process.pid, process.name ?? "-", Quantity.bytes(process.memory), "\(process.messages)", process.current ?? "-",
                process.spawnedAs ?? "-",
            ])
        }
        return [title] + table.lines().map { "    " + $0 }
    }
}
