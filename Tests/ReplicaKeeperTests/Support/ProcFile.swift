import Foundation
import Glibc
import Testing

/// What `/proc` says of a process (proc(5)).
struct ProcFile {
    let pid: pid_t

    /// A field of `/proc/<pid>/status`, such as `Umask`.
    func status(_ field: String) throws -> String {
        let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(field + ":") })
        return line.dropFirst(field.count + 1).trimmingCharacters(in: .whitespaces)
    }

    /// The variables it was started with, in order.
    func environment() throws -> [String] {
        let data = try Data(contentsOf: URL(filePath: "/proc/\(pid)/environ"))
        return [UInt8](data).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Its open descriptors and what they stand for.
    func descriptors() throws -> [String: String] {
        let folder = "/proc/\(pid)/fd"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return Dictionary(
            uniqueKeysWithValues: try names.map {
                ($0, try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)"))
            })
    }

    /// KiB of memory that it has in RAM.
    func residentKiB() throws -> Int {
        let text = try status("VmRSS")
        return try #require(Int(text.prefix { $0.isNumber }))
    }

    /// A mask of signals, such as `SigIgn`; bit 0 is signal 1.
    func signals(_ field: String) throws -> UInt64 {
        let text = try status(field)
        return try #require(UInt64(text, radix: 16))
    }
}
