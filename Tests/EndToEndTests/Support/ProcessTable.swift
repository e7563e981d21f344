import Foundation

/// What `/proc` says of the processes that run; what is dead and merely not reaped yet is left out.
struct ProcessTable {
    let pid: Int32
    let name: String
    let parent: Int32
    let arguments: String
    private let environment: String

    static func running() -> [ProcessTable] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.compactMap(ProcessTable.init)
    }

    /// The arguments of every process.
    static func arguments() -> [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.map { text(of: "/proc/\($0)/cmdline") }
    }

    init?(_ pid: Int32) {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), let open = stat.firstIndex(of: "("),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 1, fields[0] != "Z", fields[0] != "X" else { return nil }
        parent = Int32(fields[1]) ?? 0
        self.pid = pid
        name = String(stat[stat.index(after: open)..<end])
        arguments = Self.text(of: "/proc/\(pid)/cmdline")
        environment = Self.text(of: "/proc/\(pid)/environ")
    }

    func mentions(_ text: String) -> Bool { arguments.contains(text) || environment.contains(text) }

    private static func text(of path: String) -> String {
        let data = FileManager.default.contents(atPath: path) ?? Data()
        return String(decoding: data.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }

    static func isRunning(_ pid: Int32) -> Bool { ProcessTable(pid) != nil }
}
