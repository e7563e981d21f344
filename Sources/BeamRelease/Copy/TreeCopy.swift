import Crypto
import Glibc

/// Copies the tree of a release into an empty folder, and makes it read-only. What lies in another copy already is linked.
struct TreeCopy {
    let release: Release
    let target: String
    let known: KnownFiles

    /// What lies there now.
    struct Made {
        var entries: [FileTree.Entry]
        /// Those of the originals of its files, in the order of its entries.
        var hashes: [TreeDigest.Hash]

        var digest: String { TreeDigest.digest(of: entries, files: hashes, format: ReleaseCopy.format) }
    }

    /// Copies.
    ///
    /// - Parameter expected: What the files have when they were read last, by their paths: what is linked is found by it.
    func make(expected: [String: TreeDigest.Hash]) throws(ReleaseError) -> Made {
        let tree = try FileTree(root: release.root, leavingOut: ReleaseCopy.leftByRunning(release.tool))
        try makeFoldersAndLinks(tree)
        let edited = ReleaseCopy.editedFile(release)
        let hashes = try inParallel(tree.entries.count) { place throws(ReleaseError) in
            let entry = tree.entries[place]
            guard case .file(let isExecutable) = entry.kind else { return TreeDigest.Hash() }
            let mode: mode_t = isExecutable ? 0o555 : 0o444
            if entry.path == edited { return try copyEdited(entry.path, mode) }
            if let hash = expected[entry.path],
                known.link(KnownFiles.Content(hash: hash, isExecutable: isExecutable), to: "\(target)/\(entry.path)")
            {
                return hash
            }
            return try copy(entry.path, mode)
        }
        // Inner folders first: a closed one takes no more files.
        for entry in tree.entries.reversed() where entry.kind == .folder { try close("\(target)/\(entry.path)") }
        try close(target)
        return Made(entries: tree.entries, hashes: hashes)
    }

    private func makeFoldersAndLinks(_ tree: FileTree) throws(ReleaseError) {
        for entry in tree.entries {
            let path = "\(target)/\(entry.path)"
            switch entry.kind {
            case .folder: try retrying(path, "mkdir") { mkdir(path, 0o755) }
            case .link(let destination): try retrying(path, "symlink") { symlink(destination, path) }
            case .file: break
            }
        }
    }

    private func close(_ folder: String) throws(ReleaseError) {
        try retrying(folder, "chmod") { chmod(folder, 0o555) }
    }

    /// Shares the blocks where the file system can, and copies the bytes where it cannot. The hash is that of what arrived.
    private func copy(_ path: String, _ mode: mode_t) throws(ReleaseError) -> TreeDigest.Hash {
        let (from, to) = ("\(release.root)/\(path)", "\(target)/\(path)")
        let source = try OpenFile(from, O_RDONLY)
        let copy = try OpenFile(to, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        try retrying(to, "fchmod") { fchmod(copy.descriptor, mode) }
        if ioctl(copy.descriptor, Self.cloneRequest, source.descriptor) == 0 { return try TreeDigest.hash(copy, of: to) }
        return try transfer(source, from, copy, to)
    }

    /// `FICLONE` (`linux/fs.h`): `_IOW(0x94, 9, int)`.
    private static let cloneRequest: UInt = 0x4004_9409

    private func transfer(
        _ source: borrowing OpenFile, _ from: String, _ copy: borrowing OpenFile, _ to: String
    ) throws(ReleaseError) -> TreeDigest.Hash {
        var sum = SHA256()
        let buffer = Buffer(count: 256 << 10)
        while true {
            let count = try source.read(into: buffer.bytes, of: from)
            if count == 0 { return TreeDigest.Hash(sum.finalize()) }
            sum.update(bufferPointer: buffer.prefix(count))
            try copy.write(buffer.prefix(count), to: to)
        }
    }

    /// `env.sh` with a line more. The hash is that of the original.
    private func copyEdited(_ path: String, _ mode: mode_t) throws(ReleaseError) -> TreeDigest.Hash {
        let to = "\(target)/\(path)"
        let original = try TextFiles.bytes(of: "\(release.root)/\(path)") ?? []
        let copy = try OpenFile(to, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        let edited = original + Array(EnvironmentFile.sourcingLines.utf8)
        try copy.write(edited, to: to)
        try retrying(to, "fchmod") { fchmod(copy.descriptor, mode) }
        return TreeDigest.Hash(SHA256.hash(data: original))
    }
}
