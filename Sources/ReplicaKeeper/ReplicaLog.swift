import Glibc

/// The replica's log: lines in Kubernetes' own format (CRI: `<time> <stream> F|P <text>`), in files of bounded size.
///
/// A full disk never stops the BEAM: what cannot be written is counted, and said as soon as there is room again.
struct ReplicaLog {
    private var descriptor: Int32 = -1
    private var size = 0
    private var lostLines = 0
    private let fileBytes: Int
    private let files: Int

    /// Goes on with the file `log` of the working directory.
    init(fileBytes: Int, files: Int) {
        self.fileBytes = fileBytes
        self.files = files
        reopen()
    }

    private mutating func reopen() {
        descriptor = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        size = descriptor < 0 ? 0 : Int(lseek(descriptor, 0, SEEK_END))
    }

    /// Writes whole lines at once; all of them or none.
    mutating func write(_ lines: [UInt8], count: Int) {
        if descriptor < 0 { reopen() }
        if lostLines > 0 {
            var notice = [UInt8]()
            LogLines.append(
                Array("beamctl: \(lostLines) log lines were lost: the disk was full".utf8), .stderr, isWhole: true, to: &notice)
            guard append(notice) else {
                lostLines += count
                return
            }
            lostLines = 0
        }
        if !append(lines) { lostLines += count }
        if size >= fileBytes { rotate() }
    }

    private mutating func append(_ bytes: [UInt8]) -> Bool {
        guard descriptor >= 0 else { return false }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                ftruncate(descriptor, off_t(size))
                return false
            }
            written += count
        }
        size += bytes.count
        return true
    }

    private mutating func rotate() {
        if files == 1 {
            ftruncate(descriptor, 0)
            size = 0
            return
        }
        for number in stride(from: files - 1, through: 1, by: -1) {
            rename(number == 1 ? "log" : "log.\(number - 1)", "log.\(number)")
        }
        close(descriptor)
        reopen()
    }
}
