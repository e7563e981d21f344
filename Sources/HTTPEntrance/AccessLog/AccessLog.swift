internal import Glibc
internal import NIOCore

/// The access log's file: appended to, and set aside as `.1`, `.2`, … when it is full, so that it never takes more than a bound.
actor AccessLog {
    private let path: String
    private let maximumOctets: Int
    private var descriptor: Int32 = -1
    private var size = 0

    /// Files that are kept beside the present one.
    static let olderFiles = 3

    /// A log at a path; opened with the first line. Each file takes `maximumOctets`.
    init(path: String, maximumOctets: Int = 16 << 20) {
        self.path = path
        self.maximumOctets = maximumOctets
    }

    /// Appends lines. What cannot be written (a full disk) is lost: requests go on.
    func append(_ lines: ByteBuffer) {
        if descriptor < 0 { open() }
        if size + lines.readableBytes > maximumOctets && size > 0 { rotate() }
        guard descriptor >= 0 else { return }
        lines.withUnsafeReadableBytes { octets in
            var written = 0
            while written < octets.count {
                let count = Glibc.write(descriptor, octets.baseAddress.map { $0 + written }, octets.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                written += count
            }
            size += written
        }
    }

    private func open() {
        descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        var status = stat()
        size = descriptor >= 0 && fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    private func rotate() {
        for number in stride(from: Self.olderFiles, to: 1, by: -1) { rename("\(path).\(number - 1)", "\(path).\(number)") }
        rename(path, "\(path).1")
        if descriptor >= 0 { close(descriptor) }
        open()
    }
}
