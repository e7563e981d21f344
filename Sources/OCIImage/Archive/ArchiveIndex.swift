/// Where the files of a tar archive on disk lie in it.
struct ArchiveIndex {
    /// A file of the archive.
    struct Place: Hashable {
        var offset: Int
        var size: Int
    }

    let path: String
    /// The files by their paths; links within the archive are followed.
    private(set) var files: [String: Place] = [:]
    /// Whether there are folders that the root of a file system has.
    private(set) var isFileSystem = false
    /// The architecture of the first program in it.
    private(set) var architecture: String?

    /// Reads every header of an uncompressed archive. Throws ``OCIError`` `.badArchive` for one that is damaged, or that holds a path or
    /// a link that leads out of it.
    init(path: String) throws(OCIError) {
        self.path = path
        var reader = TarReader(try FileSource(path), at: path)
        var links: [(path: String, target: String)] = []
        while let entry = try reader.next() {
            let name = try TarPath.inside(entry.path, at: path)
            try TarPath.checkLink(entry.kind, of: name, at: path)
            if ["usr", "bin", "etc", "lib"].contains(name.split(separator: "/").first ?? "") { isFileSystem = true }
            switch entry.kind {
            case .file:
                files[name] = Place(offset: reader.offset, size: entry.size)
                if architecture == nil, entry.mode & 0o111 != 0, entry.size >= ELFHeader.size {
                    var head: [UInt8] = []
                    try reader.forEachPiece { piece in
                        if head.count < ELFHeader.size { head += piece.prefix(ELFHeader.size - head.count) }
                    }
                    architecture = ELFHeader(head)?.architecture
                }
            case .hardLink(let target): files[name] = files[try TarPath.inside(target, at: path)]
            case .symbolicLink(let target): links.append((name, target))
            case .folder, .special: break
            }
        }
        for link in links where files[link.path] == nil {
            // `docker save` once wrote a layer that it had written before as a link to that one.
            files[link.path] = files[Self.joined(link.target, from: link.path)]
        }
    }

    /// The bytes of a small file. Throws ``OCIError`` `.badImage` when it is not there.
    func bytes(_ name: String) throws(OCIError) -> [UInt8] {
        let place = try place(name)
        guard place.size <= CanonicalJSON.longest else { throw OCIError(.tooLarge, at: path, "\(name) has \(place.size) bytes") }
        let source = try FileSource(path, from: place.offset, count: place.size)
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: max(1, place.size)))
        while bytes.count < place.size {
            let count = try source.read(into: &buffer)
            guard count > 0 else { throw OCIError(.badArchive, at: path, "ends too early") }
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// The content of a file.
    func source(_ name: String) throws(OCIError) -> FileSource {
        let place = try place(name)
        return try FileSource(path, from: place.offset, count: place.size)
    }

    private func place(_ name: String) throws(OCIError) -> Place {
        guard let place = files[name] else { throw OCIError(.badImage, at: path, "has no \(TarPath.shown(name))") }
        return place
    }

    private static func joined(_ target: String, from path: String) -> String {
        var parts = path.split(separator: "/").dropLast()
        for part in target.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}
