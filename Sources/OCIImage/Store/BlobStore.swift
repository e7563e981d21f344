import Crypto
import Glibc
import SystemPackage

/// A folder of blobs, each in a file named by its digest (OCI image layout, "Blobs"). A blob is there whole or not at all.
public struct BlobStore: Sendable {
    /// The folder: `…/blobs/sha256`.
    let folder: String
    private static let partial = ".partial-"

    /// Where a blob lies, or would lie.
    public func path(of digest: Digest) -> String { "\(folder)/\(digest.hexadecimal)" }

    /// Whether it is there.
    public func has(_ digest: Digest) -> Bool { SystemFiles.exists(path(of: digest)) }

    /// A small blob, whole; its digest is checked. Throws ``OCIError`` `.notFound`, `.digestMismatch`, `.tooLarge`.
    public func bytes(of digest: Digest) throws(OCIError) -> [UInt8] {
        let path = path(of: digest)
        guard SystemFiles.exists(path) else { throw OCIError(.notFound, at: "\(digest)", "it is not in \(folder)") }
        let bytes = try SystemFiles.bytes(of: path, longest: CanonicalJSON.longest)
        guard Digest.of(bytes) == digest else {
            throw OCIError(
                .digestMismatch, at: path, "its bytes are not what its name says: it was damaged",
                next: "rm '\(path)', then try again")
        }
        return bytes
    }

    /// Keeps bytes. Throws ``OCIError``.
    public func put(_ bytes: [UInt8]) throws(OCIError) -> Digest {
        let digest = Digest.of(bytes)
        if !has(digest) { try SystemFiles.write(bytes, to: path(of: digest)) }
        return digest
    }

    /// Begins a blob whose bytes come piece by piece.
    public func writer() throws(OCIError) -> BlobWriter {
        try BlobWriter(store: self, partial: "\(folder)/\(Self.partial)\(UInt64.random(in: 0...UInt64.max))")
    }

    /// Removes what writers that were killed left behind: nobody holds its lock.
    func removeLeftovers() {
        for name in (try? SystemFiles.names(in: folder)) ?? [] {
            let path = "\(folder)/\(name)"
            guard name.hasPrefix(Self.partial), let file = try? SystemFiles.open(path, .readOnly) else { continue }
            if flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
            try? file.close()
        }
    }
}

/// A blob that is being written. One that is not finished leaves nothing behind.
public final class BlobWriter {
    private let store: BlobStore
    private let partial: String
    private let file: FileDescriptor
    private var sum = SHA256()
    private var size = 0
    private var isFinished = false

    fileprivate init(store: BlobStore, partial: String) throws(OCIError) {
        (self.store, self.partial) = (store, partial)
        file = try SystemFiles.open(
            partial, .writeOnly, options: [.create, .exclusiveCreate], permissions: [.ownerReadWrite, .groupRead, .otherRead])
        flock(file.rawValue, LOCK_EX | LOCK_NB)
    }

    deinit {
        if !isFinished { unlink(partial) }
        try? file.close()
    }

    /// How many bytes were written.
    public var count: Int { size }

    /// Writes more. Throws ``OCIError`` `.diskFull`, `.system`.
    public func write(_ bytes: ArraySlice<UInt8>) throws(OCIError) {
        try SystemFiles.doing("write", partial) {
            _ = try bytes.withUnsafeBytes { raw in
                sum.update(bufferPointer: raw)
                return try file.writeAll(raw)
            }
        }
        size += bytes.count
    }

    /// Ends it; it gets the name that its bytes have.
    ///
    /// - Parameter expected: What it should be; throws ``OCIError`` `.digestMismatch` when it is not, and keeps nothing.
    /// - Parameter source: Who sent it, for that error.
    @discardableResult
    public func finish(expecting expected: Descriptor? = nil, from source: String = "") throws(OCIError) -> (Digest, size: Int) {
        let digest = Digest(sum.finalize())
        if let expected, expected.digest != digest || expected.size != size {
            throw OCIError(
                .digestMismatch, at: source.isEmpty ? "\(expected.digest)" : source,
                "sent \(size) bytes with \(digest) for \(expected.digest), which has \(expected.size)",
                next: "try again; if that does not help, the source is not to be trusted")
        }
        try SystemFiles.rename(partial, to: store.path(of: digest))
        isFinished = true
        return (digest, size)
    }
}
