import BeamRelease
import FleetModel
import Foundation
import ImageBuild
import OCIImage
import OCIRegistry

/// An image that is there already, as `--image` names it: found, and its release read out of it.
///
/// A name is looked for where it was made last, so that a moved tag means the newest: one that names its registry is asked for there, and
/// only where that has none, or does not answer, on this machine; any other, and every digest, on this machine first: among the images
/// that `beamctl build` made, then in the Docker Engine, then in the registry.
struct GivenImage {
    let text: String
    let session: Session
    let work: ImageWork
    let report: StepReport
    /// The machine that it has to be for.
    let platform: ImagePlatform

    /// An image that was found.
    struct Found {
        var image: Image
        /// The name that the Docker Engine of this machine has for it; nil: it has none.
        var engineName: ImageReference?
        /// Where it was, for people.
        var place: String
        /// The release in it.
        var release: ReleaseImage
    }

    /// Where a name is looked for.
    private enum Place { case store, engine, registry }

    /// Finds it. Throws `OCIError`, `RegistryError`, `DockerError`; ``CommandFailure`` when it is nowhere.
    func find() async throws -> Found {
        report.progress("image", text)
        let source = try BaseSource(text, relativeTo: session.surroundings.directory)
        switch source {
        case .archive, .layout:
            let image = try await work.loader.load(source, for: platform, warn: { _ in }, progress: { _ in })
            return found(image, "\(source)", nil)
        case .engine(let reference):
            let image = try await work.loader.load(source, for: platform, warn: { _ in }, progress: { _ in })
            return found(image, "the Docker Engine", reference)
        case .registry(let reference): return try await find(reference)
        }
    }

    private func find(_ reference: ImageReference) async throws -> Found {
        let isNamed = reference.registry != ImageReference.standardRegistry || text.hasPrefix("\(reference.registry)/")
        let order: [Place] = isNamed && reference.digest == nil ? [.registry, .store, .engine] : [.store, .engine, .registry]
        var refusal: RegistryError?
        for place in order {
            do {
                guard let found = try await look(reference, place) else { continue }
                if let refusal { report.note("! \(reference.familiar) as it is on this machine: \(refusal)") }
                return found
            } catch let error as RegistryError where error.code == .unreachable || error.code == .notFound {
                refusal = error
            }
        }
        throw CommandFailure(
            "image_not_found",
            "the image \(text) is neither among those that beamctl build made here"
                + (work.engine.map { ", nor in the Docker Engine at \($0.host)" } ?? "")
                + ", nor in \(reference.registry)" + (refusal.map { ": \($0)" } ?? ""),
            hint:
                "beamctl build --tag \(reference.familiar) makes it; the path of an archive or an OCI image layout is taken, too")
    }

    private func look(_ reference: ImageReference, _ place: Place) async throws -> Found? {
        switch place {
        case .store:
            guard let descriptor = try known(reference) else { return nil }
            let image = try work.store.image(descriptor, for: platform)
            return work.store.isWhole(image) ? found(image, "built here", nil) : nil
        case .engine:
            guard let engine = work.engine, await engine.has(reference) else { return nil }
            let image = try await engine.take(reference, into: work.store, for: platform)
            return found(image, "the Docker Engine", reference)
        case .registry:
            let report = report
            let image = try await work.registry.pull(reference, for: platform, into: work.store) {
                report.progress("image", "\(reference.name)  \(Quantity.bytes($0.done)) of \(Quantity.bytes($0.total))")
            }
            return found(image, reference.registry, nil)
        }
    }

    /// What `build` has named so, or what has the digest.
    private func known(_ reference: ImageReference) throws -> Descriptor? {
        if let digest = reference.digest { return try work.store.listed().first { $0.digest == digest } }
        var whole = reference
        whole.tag = reference.tagOrStandard
        return try? work.store.descriptor(named: "\(whole)")
    }

    private func found(_ image: Image, _ place: String, _ engineName: ImageReference?) -> Found {
        Found(
            image: image, engineName: engineName, place: place, release: ReleaseImage(image, in: work.store, at: text))
    }
}
