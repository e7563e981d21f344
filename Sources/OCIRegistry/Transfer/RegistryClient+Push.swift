import HTTPTransport
import NIOCore
public import OCIImage

extension RegistryClient {
    /// What became of a push.
    public struct PushReport: Hashable, Sendable {
        /// Bytes of blobs that were sent.
        public var sentBytes = 0
        /// The blobs that were sent.
        public var sent: [Descriptor] = []
        /// How many the registry had already, in this repository or another.
        public var there = 0
    }

    /// Pushes images, and the index over them where there is one, under a name. Blobs that the registry has are not sent.
    ///
    /// - Parameters:
    ///   - top: What gets the name: the manifest, or the index.
    ///   - sources: Repositories of the same registry that may have some of the blobs, such as that of the base image: they are
    ///     linked from there.
    ///
    /// Throws ``RegistryError``, ``OCIError``. What was sent by then stays in the registry without a name, as the specification has it.
    public func push(
        _ top: Descriptor, images: [Image], from store: ImageStore, to reference: ImageReference, sources: [ImageReference] = [],
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> PushReport {
        let blobs = Array(
            Set(images.flatMap(\.blobs).map { Descriptor(mediaType: $0.mediaType, digest: $0.digest, size: $0.size) }))
        let meter = TransferMeter(total: blobs.reduce(0) { $0 + $1.size }, progress)
        let collected = PushCollector()
        let others = sources.filter { $0.registry == reference.registry && $0.repository != reference.repository }.map(
            \.repository)
        try await inParallel(blobs.sorted { $0.size > $1.size }, atMost: limits.parallel) { blob in
            let wasSent = try await pushBlob(blob, from: store, to: reference, others: others) { meter.add($0) }
            collected.note(blob, wasSent: wasSent)
        }
        for image in images where image.descriptor.digest != top.digest {
            try await put(image.descriptor, from: store, to: reference, as: image.descriptor.digest.description)
        }
        try await put(
            top, from: store, to: reference, as: reference.tag ?? reference.digest?.description ?? reference.tagOrStandard)
        return collected.report
    }

    private func put(_ manifest: Descriptor, from store: ImageStore, to reference: ImageReference, as name: String) async throws {
        let bytes = try store.blobs.bytes(of: manifest.digest)
        let request = Request(
            method: "PUT", path: "/manifests/\(name)", headers: [("Content-Type", manifest.mediaType)],
            body: ByteBuffer(bytes: bytes), actions: "pull,push")
        let answer = try await send(request, to: reference)
        guard answer.isSuccess else { throw Self.refusal(answer, to: request, reference) }
        if let text = answer.head.value(of: "Docker-Content-Digest"), let digest = Digest(text), digest != manifest.digest {
            throw OCIError(
                .digestMismatch, at: "\(reference)",
                "\(reference.registry) says that it has \(digest) instead of \(manifest.digest)")
        }
    }

    /// Returns whether it had to be sent.
    private func pushBlob(
        _ blob: Descriptor, from store: ImageStore, to reference: ImageReference, others: [String],
        _ count: @escaping @Sendable (Int) -> Void
    ) async throws -> Bool {
        let probe = Request(method: "HEAD", path: "/blobs/\(blob.digest)", actions: "pull,push", others: others)
        let found = try await send(probe, to: reference)
        if found.isSuccess {
            count(blob.size)
            return false
        }
        guard found.status == 404 else { throw Self.refusal(found, to: probe, reference) }
        for other in others {
            let path =
                "/blobs/uploads/?mount=\(PercentEncoding.encoded(blob.digest.description))&from=\(PercentEncoding.encoded(other))"
            let request = Request(method: "POST", path: path, actions: "pull,push", others: others)
            let answer = try await send(request, to: reference)
            if answer.status == 201 {
                count(blob.size)
                return false
            }
            // It is not there, or may not be taken from there; what was opened instead is not used.
            if let location = Self.location(answer, reference) {
                _ = try? await send(
                    Request(method: "DELETE", path: "", actions: "pull,push", others: others, location: location), to: reference)
            }
        }
        try await upload(blob, from: store, to: reference, others: others, count)
        return true
    }

    private func upload(
        _ blob: Descriptor, from store: ImageStore, to reference: ImageReference, others: [String],
        _ count: @escaping @Sendable (Int) -> Void
    ) async throws {
        // Another attempt begins anew: what a registry has of an upload that broke off, it forgets in time.
        try await retrying { attempt -> Outcome<Void> in
            let counted = TransferCount(count)
            do {
                let begin = Request(method: "POST", path: "/blobs/uploads/", actions: "pull,push", others: others)
                let opened = try await send(begin, to: reference)
                guard opened.status == 202, let location = Self.location(opened, reference) else {
                    throw opened.isSuccess
                        ? RegistryError(.protocolBroken, at: Self.place(begin, reference), "does not say where to send a blob")
                        : Self.refusal(opened, to: begin, reference)
                }
                let isWhole = blob.size <= limits.wholeBlob
                let last =
                    isWhole
                    ? location
                    : try await sendPieces(
                        blob, from: store, to: reference, others, at: location, counted, isLast: attempt == limits.attempts)
                var end = Request(
                    method: "PUT", path: "", headers: [("Content-Type", "application/octet-stream")], actions: "pull,push",
                    others: others, location: last.adding([("digest", blob.digest.description)]))
                if isWhole {
                    end.upload = store.upload(blob, 0..<blob.size, counted)
                } else {
                    end.body = ByteBuffer()
                }
                let answer = try await authorized(end, reference) { try await transport.send($0, timeout: .seconds(3600)) }
                try Self.check(answer, end, reference, isLast: attempt == limits.attempts)
                return .done(())
            } catch let lost as UploadLost {
                counted.takeBack()
                return .again(after: lost.wish)
            } catch let failure as HTTPFailure {
                counted.takeBack()
                throw failure
            }
        } place: {
            "push of \(blob.digest.short) to \(reference.name)"
        }
    }

    /// An upload that goes no further, and can be begun anew.
    private struct UploadLost: Error {
        var wish: Duration?
    }

    /// A registry that was started anew, or is in trouble, no longer knows an upload.
    private static func check(_ answer: HTTPAnswer, _ request: Request, _ reference: ImageReference, isLast: Bool) throws {
        if answer.isSuccess { return }
        if !isLast, passes(answer.status) || answer.status == 404 || answer.status == 416 {
            throw UploadLost(wish: wish(answer.head))
        }
        throw refusal(answer, to: request, reference)
    }

    /// Sends all of a blob but its end; returns where that goes.
    private func sendPieces(
        _ blob: Descriptor, from store: ImageStore, to reference: ImageReference, _ others: [String], at start: WebLocation,
        _ counted: TransferCount, isLast: Bool
    ) async throws -> WebLocation {
        var (location, sent) = (start, 0)
        while sent < blob.size {
            let end = min(blob.size, sent + limits.piece)
            var request = Request(
                method: "PATCH", path: "",
                headers: [("Content-Type", "application/octet-stream"), ("Content-Range", "\(sent)-\(end - 1)")],
                actions: "pull,push", others: others, location: location)
            request.upload = store.upload(blob, sent..<end, counted)
            let answer = try await authorized(request, reference) { try await transport.send($0, timeout: .seconds(3600)) }
            try Self.check(answer, request, reference, isLast: isLast)
            guard let next = Self.location(answer, reference) else {
                throw RegistryError(.protocolBroken, at: Self.place(request, reference), "does not say where the rest goes")
            }
            (location, sent) = (next, end)
        }
        return location
    }

    private static func location(_ answer: HTTPAnswer, _ reference: ImageReference) -> WebLocation? {
        answer.head.value(of: "Location").flatMap { WebLocation($0, relativeTo: RegistryAddress(reference.registry)) }
    }
}

extension ImageStore {
    /// A part of a blob, to be sent.
    fileprivate func upload(_ blob: Descriptor, _ range: Range<Int>, _ counted: TransferCount) -> HTTPUpload {
        .file(blobs.path(of: blob.digest), range) { counted.add($0) }
    }
}
