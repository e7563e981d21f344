extension ImageStore {
    /// The image for a platform that a descriptor of a manifest or an index points at. Throws ``OCIError`` `.noPlatform`.
    public func image(_ descriptor: Descriptor, for platform: ImagePlatform) throws(OCIError) -> Image {
        guard MediaType.indexes.contains(descriptor.mediaType) else { return try image(descriptor) }
        let index = try index(descriptor)
        guard let manifest = index.manifest(for: platform) else {
            throw OCIError.noImage(for: platform, among: index, at: path)
        }
        return try image(manifest)
    }

    /// Whether everything lies here that an image is made of.
    public func isWhole(_ image: Image) -> Bool { image.blobs.allSatisfy { blobs.has($0.digest) } }

    /// Copies an image of another store, every blob checked on its way. What is here already is not copied again.
    public func copy(_ image: Image, from other: ImageStore) throws(OCIError) -> Image {
        for blob in image.blobs + [image.descriptor] where !blobs.has(blob.digest) {
            let path = other.blobs.path(of: blob.digest)
            try copy(blob, from: try FileSource(path), at: path)
        }
        return try self.image(image.descriptor)
    }

    /// Copies the bytes of a blob, which must be the ones that its descriptor says.
    package func copy(_ blob: Descriptor, from source: any ByteSource, at place: String) throws(OCIError) {
        let writer = try blobs.writer()
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = try source.read(into: &buffer)
            if count == 0 { break }
            guard writer.count + count <= blob.size else { break }
            try writer.write(buffer[..<count])
        }
        try writer.finish(expecting: blob, from: place)
    }
}

extension OCIError {
    /// For an index that has no image for a platform.
    public static func noImage(for platform: ImagePlatform, among index: ImageIndex, at place: String) -> OCIError {
        let there = index.manifests.compactMap { $0.platform?.description }.joined(separator: ", ")
        return OCIError(
            .noPlatform, at: place, "has no image for \(platform)",
            next: there.isEmpty ? nil : "there are images for \(there)")
    }
}
