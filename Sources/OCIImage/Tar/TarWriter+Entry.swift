extension TarWriter {
    /// Writes an entry with its content. Throws ``OCIError``, also when a file is gone or becomes shorter meanwhile.
    func write(_ entry: LayerEntry, _ put: (ArraySlice<UInt8>) throws(OCIError) -> Void) throws(OCIError) {
        func head(_ kind: TarEntry.Kind, size: Int = 0) throws(OCIError) {
            try put(header(TarEntry(path: entry.path, kind: kind, mode: entry.mode, size: size))[...])
        }
        switch entry.content {
        case .folder: try head(.folder)
        case .link(let target): try head(.symbolicLink(to: target))
        case .bytes(let bytes):
            try head(.file, size: bytes.count)
            try put(bytes[...])
            try put(Self.padding(after: bytes.count)[...])
        case .file(let path):
            guard let size = SystemFiles.size(of: path) else { throw OCIError(.notFound, at: path, "it is gone") }
            try head(.file, size: size)
            try copy(path, size, put)
            try put(Self.padding(after: size)[...])
        }
    }

    /// So many bytes of a file.
    func copy(_ path: String, _ size: Int, _ put: (ArraySlice<UInt8>) throws(OCIError) -> Void) throws(OCIError) {
        let source = try FileSource(path, count: size)
        var (buffer, copied) = ([UInt8](repeating: 0, count: 256 << 10), 0)
        while copied < size {
            let count = try source.read(into: &buffer)
            guard count > 0 else { throw OCIError(.system, at: path, "it became shorter while it was read") }
            try put(buffer[..<count])
            copied += count
        }
    }
}
