import Crypto
import Dispatch

/// Makes layers: a tar archive, through gzip, into a store. The same entries give the same bytes, wherever and whenever it is done.
public struct LayerWriter: Sendable {
    private let store: ImageStore
    private let cores: Int

    /// Makes one that compresses on so many cores.
    public init(store: ImageStore, cores: Int) {
        self.store = store
        self.cores = cores
    }

    /// Writes a layer of these entries; those that came before in the same state are found in the store and not written again.
    ///
    /// - Parameter entries: Sorted, with folders before what is in them: ``LayerEntry/withFolders(_:)``.
    ///
    /// Throws ``OCIError``.
    public func layer(of entries: [LayerEntry]) throws(OCIError) -> Layer {
        let key = try LayerKey.of(entries)
        if let known = store.knownLayer(key) { return known }
        var pipe = try LayerPipe(store, cores: cores)
        let tar = TarWriter()
        for entry in entries {
            try tar.write(entry) { bytes throws(OCIError) in try pipe.write(bytes) }
        }
        try pipe.write(TarWriter.end)
        let layer = try pipe.finish()
        try store.remember(layer, as: key)
        return layer
    }

    /// Makes a layer of a tar archive that is there already.
    package func layer(ofTar source: any ByteSource) throws(OCIError) -> Layer {
        var pipe = try LayerPipe(store, cores: cores)
        try source.forEachPiece { piece throws(OCIError) in try pipe.write(piece) }
        return try pipe.finish()
    }
}

/// What a layer will be, told from its entries without compressing them.
enum LayerKey {
    /// Counts how layers are made: one that is made in another way gets another key.
    private static let format = 1

    static func of(_ entries: [LayerEntry]) throws(OCIError) -> Digest {
        var sum = SHA256()
        func add(_ text: String) { sum.update(data: Array(text.utf8)) }
        add("layer, format \(format)\n")
        for entry in entries {
            add("\(entry.path)\0\(entry.mode)\0")
            switch entry.content {
            case .folder: add("d\0")
            case .link(let target): add("l\0\(target)\0")
            case .bytes(let bytes): add("f\0\(Digest.of(bytes))\0")
            case .file(let path): add("f\0\(try digest(ofFile: path))\0")
            }
        }
        return Digest(sum.finalize())
    }

    static func digest(ofFile path: String) throws(OCIError) -> Digest {
        var sum = SHA256()
        try FileSource(path).forEachPiece { piece throws(OCIError) in
            piece.withUnsafeBytes { sum.update(bufferPointer: $0) }
        }
        return Digest(sum.finalize())
    }
}

/// From the bytes of a tar archive to a blob: one hash before gzip, one after.
private struct LayerPipe {
    private var tarSum = SHA256()
    private var deflation: Deflation
    private let blob: BlobWriter

    init(_ store: ImageStore, cores: Int) throws(OCIError) {
        deflation = Deflation(cores: cores)
        blob = try store.blobs.writer()
        try blob.write(Deflation.head[...])
    }

    mutating func write(_ bytes: [UInt8]) throws(OCIError) { try write(bytes[...]) }

    mutating func write(_ bytes: ArraySlice<UInt8>) throws(OCIError) {
        guard !bytes.isEmpty else { return }
        var failure: OCIError?
        let done = bytes.withUnsafeBytes { raw -> [[UInt8]] in
            tarSum.update(bufferPointer: raw)
            do throws(OCIError) {
                return try deflation.add(raw)
            } catch {
                failure = error
                return []
            }
        }
        if let failure { throw failure }
        for piece in done { try blob.write(piece[...]) }
    }

    mutating func finish() throws(OCIError) -> Layer {
        for piece in try deflation.finish() { try blob.write(piece[...]) }
        let (digest, size) = try blob.finish()
        return Layer(
            descriptor: Descriptor(mediaType: MediaType.layerGzip, digest: digest, size: size), diffID: Digest(tarSum.finalize()))
    }
}
