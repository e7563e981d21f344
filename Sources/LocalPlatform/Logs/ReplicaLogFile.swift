import FleetModel
import Glibc

/// Reads the log of one replica, from its oldest kept file to the newest, and on from there.
struct ReplicaLogFile {
    private let replica: String
    private let path: String
    private var descriptor: Int32 = -1
    private var inode: UInt64 = 0
    private var rest: [UInt8] = []
    private var unfinished: [String: [UInt8]] = [:]

    /// No keeper keeps more files.
    static let mostFiles = 100
    /// The longest line that is put together again from its parts.
    static let longestLine = 1 << 20

    init(replica: String, path: String) {
        self.replica = replica
        self.path = path
    }

    /// Lets go of the file.
    mutating func finish() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Every line of the files that were rotated away, oldest first.
    mutating func rotated() -> [LogLine] {
        var lines: [LogLine] = []
        for number in stride(from: Self.mostFiles, through: 1, by: -1) { lines += drain(rotated: number) }
        return lines
    }

    /// The lines that were written since the last call, over a rotation too.
    mutating func new() -> [LogLine] {
        var lines: [LogLine] = []
        if descriptor >= 0 { lines += drain(descriptor) }
        if wasReplaced() {
            lines += rotatedSince(inode)
            finish()
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            inode = Self.inode(descriptor)
            if descriptor >= 0 { lines += drain(descriptor) }
        }
        return lines
    }

    /// The lines of the files that came after the one that was being read and were rotated away too, oldest first.
    private mutating func rotatedSince(_ inode: UInt64) -> [LogLine] {
        let number = (1...Self.mostFiles).first { Self.inode(ofFile: "\(path).\($0)") == inode } ?? 1
        var lines: [LogLine] = []
        for newer in stride(from: number - 1, through: 1, by: -1) { lines += drain(rotated: newer) }
        return lines
    }

    private mutating func drain(rotated number: Int) -> [LogLine] {
        let file = open("\(path).\(number)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        return drain(file)
    }

    private static func inode(ofFile path: String) -> UInt64? {
        var now = stat()
        return stat(path, &now) == 0 ? UInt64(now.st_ino) : nil
    }

    private func wasReplaced() -> Bool {
        guard descriptor >= 0 else { return true }
        var now = stat()
        return stat(path, &now) == 0 && UInt64(now.st_ino) != inode
    }

    private static func inode(_ descriptor: Int32) -> UInt64 {
        var now = stat()
        return descriptor >= 0 && fstat(descriptor, &now) == 0 ? UInt64(now.st_ino) : 0
    }

    private mutating func drain(_ file: Int32) -> [LogLine] {
        var lines: [LogLine] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count > 0 else { return lines }
            rest += buffer[..<count]
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                if let record = LogRecord(rest[start..<end]), let line = whole(record) { lines.append(line) }
                start = end + 1
            }
            rest.removeSubrange(..<start)
        }
    }

    /// Puts the parts of a long line together.
    private mutating func whole(_ record: LogRecord) -> LogLine? {
        let text = (unfinished[record.stream] ?? []) + record.text
        guard record.isWhole || text.count >= Self.longestLine else {
            unfinished[record.stream] = text
            return nil
        }
        unfinished[record.stream] = nil
        return LogLine(replica: replica, at: record.at, stream: record.stream, text: String(decoding: text, as: UTF8.self))
    }
}
