import Glibc

/// What files of this machine were found to be, in `files/` beside the blobs: an archive that nobody has touched since need not be read
/// to be known again.
extension ImageStore {
    private static let fileNotes = "files"
    /// A file that was changed a moment ago may change once more within the same tick of the clock.
    private static let settled = 2

    /// The digest of a file: that which it had when it was read last, as long as it is the same file, of the same size, and neither
    /// its bytes nor anything of it has changed since, as the file system tells.
    func digest(ofFile path: String) throws(OCIError) -> Digest {
        let before = Self.stamp(of: path)
        if let before, let known = Self.read(note(of: path)), known.stamp == before.text { return known.digest }
        let digest = try LayerKey.digest(ofFile: path)
        if let before, Self.stamp(of: path)?.text == before.text { try note(digest, of: path, settledFor: Self.settled) }
        return digest
    }

    /// Notes the digest of a file that has not changed for so many seconds.
    func note(_ digest: Digest, of path: String, settledFor seconds: Int) throws(OCIError) {
        guard let stamp = Self.stamp(of: path), time(nil) - stamp.changed >= seconds else { return }
        try SystemFiles.makeFolder("\(self.path)/\(Self.fileNotes)")
        try SystemFiles.write(Array("\(digest.hexadecimal) \(stamp.text)".utf8), to: note(of: path))
    }

    private func note(of path: String) -> String {
        "\(self.path)/\(Self.fileNotes)/\(Digest.of(Array(path.utf8)).hexadecimal)"
    }

    /// Removes what was noted so long ago.
    func tidyFiles(olderThan seconds: Int) {
        let folder = "\(path)/\(Self.fileNotes)"
        for name in (try? SystemFiles.names(in: folder)) ?? [] {
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0, time(nil) - status.st_mtim.tv_sec > seconds else { continue }
            unlink("\(folder)/\(name)")
        }
    }

    private static func read(_ note: String) -> (digest: Digest, stamp: String)? {
        guard let bytes = try? SystemFiles.bytes(of: note, longest: 1024) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 1)
        guard words.count == 2, let digest = Digest(hexadecimal: String(words[0])) else { return nil }
        return (digest, String(words[1]))
    }

    private static func stamp(of path: String) -> (text: String, changed: Int)? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let (written, changed) = (status.st_mtim, status.st_ctim)
        let times = "\(written.tv_sec).\(written.tv_nsec) \(changed.tv_sec).\(changed.tv_nsec)"
        return ("\(status.st_dev) \(status.st_ino) \(status.st_size) \(times)", max(written.tv_sec, changed.tv_sec))
    }
}
