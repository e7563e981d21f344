import HTTPTransport
import NIOCore
public import OCIImage

extension RegistryClient {
    /// How far a transfer is: bytes of blobs done and to be done.
    public struct Progress: Hashable, Sendable {
        /// Bytes that are there.
        public var done: Int
        /// Bytes in all.
        public var total: Int
    }

    private static let accepted = (MediaType.manifests + MediaType.indexes).joined(separator: ", ")
    private static let longestManifest = 4 << 20

    /// A manifest or an index as the registry has it, checked against its digest.
    ///
    /// Throws ``RegistryError``; ``OCIError`` `.digestMismatch` when its bytes are not what was asked for.
    public func manifest(_ image: ImageReference) async throws -> (Descriptor, bytes: [UInt8]) {
        let request = Request(
            method: "GET", path: "/manifests/\(image.version)", headers: [("Accept", Self.accepted)])
        let answer = try await send(request, to: image)
        guard answer.isSuccess else { throw Self.refusal(answer, to: request, image) }
        let bytes = Array(answer.body.readableBytesView)
        guard bytes.count <= Self.longestManifest else {
            throw OCIError(.tooLarge, at: "\(image)", "its manifest has more than \(Self.longestManifest) bytes")
        }
        let digest = Digest.of(bytes)
        let claimed = image.digest ?? answer.head.value(of: "Docker-Content-Digest").flatMap { Digest($0) }
        if let claimed, claimed != digest {
            throw OCIError(
                .digestMismatch, at: "\(image)", "\(image.registry) sent a manifest with \(digest) for \(claimed)",
                next: "try again; if that does not help, the registry is not to be trusted")
        }
        let type = answer.head.value(of: "Content-Type").map { String($0.prefix { $0 != ";" }) } ?? MediaType.manifest
        return (Descriptor(mediaType: type, digest: digest, size: bytes.count), bytes)
    }

    /// Pulls the image for a platform into a store. What is there already is not asked for again.
    ///
    /// Throws ``RegistryError``, ``OCIError``.
    public func pull(
        _ reference: ImageReference, for platform: ImagePlatform, into store: ImageStore,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> Image {
        let (top, listed) = try await manifest(reference)
        let (descriptor, bytes) = try await chosen(top, listed, of: reference, for: platform, through: store)
        guard MediaType.manifests.contains(descriptor.mediaType) else {
            throw OCIError(.badImage, at: "\(reference)", "is a \(descriptor.mediaType.prefix(100)), no image")
        }
        _ = try store.blobs.put(bytes)
        try await pullBlobs(of: reference, try store.manifest(descriptor).parts, into: store, progress)
        let image = try store.image(descriptor)
        guard image.config.platform.serves(platform) else {
            throw OCIError(.noPlatform, at: "\(reference)", "is for \(image.config.platform), not for \(platform)")
        }
        return image
    }

    /// What an image says of itself, and the digest under which the registry has it; none of its layers is read.
    ///
    /// Throws ``RegistryError``, ``OCIError``.
    public func configuration(
        of reference: ImageReference, for platform: ImagePlatform, through store: ImageStore
    ) async throws -> (digest: Digest, config: ImageConfig) {
        let (top, listed) = try await manifest(reference)
        let (descriptor, bytes) = try await chosen(top, listed, of: reference, for: platform, through: store)
        _ = try store.blobs.put(bytes)
        let config = try store.manifest(descriptor).config
        try await pullBlobs(of: reference, [config], into: store) { _ in }
        return (top.digest, try store.image(descriptor).config)
    }

    /// What a reference leads to: itself or, of an index, the manifest for a platform.
    private func chosen(
        _ top: Descriptor, _ bytes: [UInt8], of reference: ImageReference, for platform: ImagePlatform, through store: ImageStore
    ) async throws -> (Descriptor, bytes: [UInt8]) {
        guard MediaType.indexes.contains(top.mediaType) else { return (top, bytes) }
        _ = try store.blobs.put(bytes)
        let index = try store.index(top)
        guard let wanted = index.manifest(for: platform) else {
            throw OCIError.noImage(for: platform, among: index, at: "\(reference)")
        }
        var one = reference
        one.digest = wanted.digest
        return try await manifest(one)
    }

    private func pullBlobs(
        of reference: ImageReference, _ parts: [Descriptor], into store: ImageStore,
        _ progress: @escaping @Sendable (Progress) -> Void
    ) async throws {
        let meter = TransferMeter(total: parts.reduce(0) { $0 + $1.size }, progress)
        try await inParallel(Array(Set(parts)).sorted { $0.size > $1.size }, atMost: limits.parallel) { part in
            guard !store.blobs.has(part.digest) else { return meter.add(part.size) }
            try await pullBlob(part, of: reference, into: store) { meter.add($0) }
        }
    }

    /// Pulls one blob.
    private func pullBlob(
        _ blob: Descriptor, of reference: ImageReference, into store: ImageStore, _ count: @Sendable (Int) -> Void
    ) async throws {
        let request = Request(method: "GET", path: "/blobs/\(blob.digest)")
        try await retrying { attempt -> Outcome<Void> in
            var received = 0
            let writer = try store.blobs.writer()
            func receive(_ call: HTTPCall) async throws -> HTTPAnswer {
                try await transport.stream(call) { head, body in
                    guard head.isSuccess else {
                        var answer = ByteBuffer()
                        for try await piece in body where answer.readableBytes < 64 << 10 { answer.writeBytes(piece) }
                        return HTTPAnswer(head: head, body: answer)
                    }
                    for try await piece in body {
                        received += piece.count
                        // More than was announced is a lie, and need not be read to its end.
                        guard received <= blob.size else { break }
                        try writer.write(piece[...])
                        count(piece.count)
                    }
                    return HTTPAnswer(head: head, body: ByteBuffer())
                }
            }
            do {
                var answer = try await authorized(request, reference, receive)
                // Registries keep blobs elsewhere; the way there carries no credentials of ours.
                for _ in 0..<5 where (300...399).contains(answer.status) {
                    guard let text = answer.head.value(of: "Location"),
                        let location = WebLocation(text, relativeTo: RegistryAddress(reference.registry))
                    else { throw RegistryError(.protocolBroken, at: Self.place(request, reference), "redirects to nowhere") }
                    answer = try await receive(
                        HTTPCall(
                            "GET", location.path, at: location.target,
                            headers: [("Host", location.authority), ("User-Agent", Self.agent)]))
                }
                if Self.passes(answer.status), attempt < limits.attempts { return .again(after: Self.wish(answer.head)) }
                guard answer.isSuccess else { throw Self.refusal(answer, to: request, reference) }
            } catch let failure as HTTPFailure {
                count(-received)
                throw failure
            }
            try writer.finish(expecting: blob, from: reference.registry)
            return .done(())
        } place: {
            Self.place(request, reference)
        }
    }
}

/// Does something with each element, so many at once. The first error ends it.
func inParallel<Element: Sendable>(
    _ elements: [Element], atMost parallel: Int, _ body: @escaping @Sendable (Element) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, element) in elements.enumerated() {
            if number >= max(1, parallel) { try await group.next() }
            group.addTask { try await body(element) }
        }
        try await group.waitForAll()
    }
}
