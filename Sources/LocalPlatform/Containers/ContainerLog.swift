import DockerClient
import FleetModel
import FoundationEssentials
import Glibc

/// What the Engine keeps of a container's output, in the files that a keeper would write: so logs are read in one way, and stay when the
/// container has gone. It goes on where it ended, by the Engine's own times.
struct ContainerLog {
    /// Bytes of one file before the next is begun, and how many are kept: as a keeper has it.
    static let (fileBytes, files) = (10 << 20, 5)

    private let path: String
    /// The newest moment that is written, and how many of its lines are.
    private var last = ""
    private var linesOfLast = 0
    /// How many lines of that moment the Engine tells again.
    private var toSkip = 0

    /// Goes on with a file, or begins it.
    init(path: String) {
        self.path = path
        for file in [path, path + ".1"] where last.isEmpty { readEnd(of: file) }
    }

    /// From when on the Engine is to tell: seconds since 1970, with nine digits behind the point. What is written of that moment is told
    /// again, and left out.
    mutating func resume() -> String {
        toSkip = linesOfLast
        guard let seconds = Timestamp(rfc3339: Array(last.utf8)).map({ $0.milliseconds / 1000 }) else { return "0" }
        let fraction = last.split(separator: ".").last.map { $0.prefix { $0.isNumber } } ?? ""
        return "\(seconds).\(fraction)" + String(repeating: "0", count: max(0, 9 - fraction.count))
    }

    /// Writes what is new; all of it or none. Throws ``LocalPlatformError``, and is then where it was.
    mutating func write(_ outputs: [ContainerOutput]) throws {
        var next = self
        var lines: [UInt8] = []
        for output in outputs where next.isNew(output) {
            lines += Array("\(output.at) \(output.stream.rawValue) \(output.isWhole ? "F" : "P") ".utf8) + output.text + [0x0A]
        }
        if !lines.isEmpty { try append(lines) }
        self = next
    }

    private mutating func isNew(_ output: ContainerOutput) -> Bool {
        if output.at < last { return false }
        if output.at == last {
            if toSkip > 0 {
                toSkip -= 1
                return false
            }
            linesOfLast += 1
            return true
        }
        (last, linesOfLast, toSkip) = (output.at, 1, 0)
        return true
    }

    private func append(_ bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SlotDirectory.systemError("write \(path)") }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let error = SlotDirectory.systemError("write \(path)")
                ftruncate(descriptor, size)
                throw error
            }
            written += count
        }
        if Int(size) + bytes.count >= Self.fileBytes { rotate() }
    }

    private func rotate() {
        for number in stride(from: Self.files - 1, through: 1, by: -1) {
            rename(number == 1 ? path : "\(path).\(number - 1)", "\(path).\(number)")
        }
    }

    /// The newest moment that stands in a file, and how many lines it has.
    private mutating func readEnd(of file: String) {
        let descriptor = open(file, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        let start = max(0, size - (1 << 20))
        var bytes = [UInt8](repeating: 0, count: Int(size - start))
        guard pread(descriptor, &bytes, bytes.count, start) == bytes.count else { return }
        // A line that was not written to its end is told again.
        let end = (bytes.lastIndex(of: 0x0A) ?? -1) + 1
        if end < bytes.count {
            ftruncate(descriptor, start + off_t(end))
            bytes.removeSubrange(end...)
        }
        for line in bytes.split(separator: 0x0A).reversed() {
            let moment = String(decoding: line.prefix { $0 != 0x20 }, as: UTF8.self)
            guard last.isEmpty || moment == last else { return }
            last = moment
            linesOfLast += 1
        }
    }
}
