/// Reads a crash dump piece by piece, in memory that does not depend on its size.
public struct CrashDumpReader {
    /// How many processes of each list are kept.
    public static let mostProcesses = 5
    /// Bytes of a line that are kept; the rest is dropped.
    static let longestLine = 1000

    private var dump = CrashDump(
        slogan: "", system: "", node: nil, memory: [:], atoms: nil, processes: 0, heaviest: [], longestQueues: [], isWhole: false)
    private var isDump = false
    private var section: Section = .head
    private var line: [UInt8] = []
    private var process: CrashDump.Process?

    /// What the lines that come belong to.
    private enum Section { case head, memory, process, other }

    /// Makes one.
    public init() {}

    /// Takes the next piece.
    public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            keep(rest[..<end])
            endLine()
            rest = rest[rest.index(after: end)...]
        }
        keep(rest)
    }

    /// What was read; nil when that was no crash dump.
    public mutating func finish() -> CrashDump? {
        if !line.isEmpty { endLine() }
        endProcess()
        return isDump ? dump : nil
    }

    private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
        let room = Self.longestLine - line.count
        if room > 0 { line.append(contentsOf: bytes.prefix(room)) }
    }

    private mutating func endLine() {
        defer { line.removeAll(keepingCapacity: true) }
        if line.first == UInt8(ascii: "=") { return begin(String(decoding: line, as: UTF8.self)) }
        // Heaps and stacks are nearly all of a dump.
        if case .other = section { return }
        guard isDump, let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let key = String(decoding: line[..<colon], as: UTF8.self)
        take(key, Self.trimmed(String(decoding: line[(colon + 1)...], as: UTF8.self)))
    }

    /// `=proc:<0.79.0>`
    private mutating func begin(_ heading: String) {
        endProcess()
        let words = heading.dropFirst().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        section = .other
        switch words[0] {
        case "erl_crash_dump":
            isDump = true
            section = .head
        case "memory": section = .memory
        case "proc":
            section = .process
            process = CrashDump.Process(pid: words.count > 1 ? words[1] : "?")
        case "node":
            let name = words.count > 1 ? Self.unquoted(words[1]) : ""
            dump.node = name.hasPrefix("nonode@") ? nil : name
        case "end": dump.isWhole = true
        default: break
        }
    }

    private mutating func take(_ key: String, _ value: String) {
        switch section {
        case .head:
            switch key {
            case "Slogan": dump.slogan = value
            case "System version": dump.system = value
            case "Atoms": dump.atoms = Int(value)
            default: break
            }
        case .memory: dump.memory[key] = Int(value)
        case .process: takeProcess(key, value)
        case .other: break
        }
    }

    private mutating func takeProcess(_ key: String, _ value: String) {
        switch key {
        case "Name": process?.name = Self.unquoted(value)
        case "Spawned as": process?.spawnedAs = value
        case "Message queue length": process?.messages = Int(value) ?? 0
        case "Memory": process?.memory = Int(value) ?? 0
        // 0x00007fc2bdc17898 (gen_server:loop/7 + 88)
        case "Program counter":
            guard let open = value.firstIndex(of: "(") else { return }
            process?.current = String(value[value.index(after: open)...].prefix { $0 != " " && $0 != ")" })
        default: break
        }
    }

    private mutating func endProcess() {
        guard let ended = process else { return }
        process = nil
        dump.processes += 1
        Self.insert(ended, into: &dump.heaviest, by: \.memory)
        if ended.messages > 0 { Self.insert(ended, into: &dump.longestQueues, by: \.messages) }
    }

    private static func insert(
        _ process: CrashDump.Process, into list: inout [CrashDump.Process], by value: KeyPath<CrashDump.Process, Int>
    ) {
        let place = list.firstIndex { $0[keyPath: value] < process[keyPath: value] } ?? list.endIndex
        guard place < mostProcesses else { return }
        list.insert(process, at: place)
        if list.count > mostProcesses { list.removeLast() }
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " || text.last == "\r" { text.removeLast() }
        return String(text)
    }

    private static func unquoted(_ text: String) -> String {
        text.count > 1 && text.hasPrefix("'") && text.hasSuffix("'") ? String(text.dropFirst().dropLast()) : text
    }
}
