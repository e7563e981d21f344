import Glibc

/// This machine's files.
public enum SystemFiles {
    /// No kubeconfig, certificate or token is longer.
    private static let longest = 4 << 20

    /// A file that cannot be read.
    public struct Failure: Error, CustomStringConvertible {
        /// The system's words.
        public let description: String
    }

    /// The bytes of a file of up to 4 MiB; nil when there is none. Throws ``Failure``.
    public static let read: FileReading = { path in
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Failure(description: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(description: String(cString: strerror(errno))) }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= longest else { throw Failure(description: "it is longer than \(longest) bytes") }
        }
    }
}
