import FoundationEssentials
import Glibc
import OCIImage

/// The archive in which an Engine hands over a crash dump.
enum CrashArchive {
    /// The largest dump that is taken: what a BEAM is told to write at most, with room for one that was told otherwise.
    static let largest = 512 << 20

    /// Writes the one file of an archive, as new. Throws `OCIError`, ``LocalPlatformError``.
    static func unpack(_ archive: String, to path: String) throws {
        var reader = TarReader(try FileSource(archive), at: archive)
        guard let entry = try reader.next(), entry.kind == .file, entry.size <= largest else { return }
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SlotDirectory.systemError("write \(path)") }
        defer { close(descriptor) }
        var isWhole = true
        try reader.forEachPiece { piece in
            piece.withUnsafeBytes { isWhole = isWhole && write(descriptor, $0.baseAddress, $0.count) == $0.count }
        }
        guard isWhole else {
            unlink(path)
            throw SlotDirectory.systemError("write \(path)")
        }
    }
}
