import BeamRelease
import Deploying
import FleetModel
import Foundation
import ImageBuild
import OCIImage
import OCIRegistry

/// Makes images of a project's releases, step by step, and puts them where they are wanted.
struct ImageJob {
    let session: Session
    let work: ImageWork
    let report: StepReport
    let folder: String
    let spec: AppSpec
    /// The base that the command line names.
    let base: String?
    /// The machine that the command line names.
    var wantedPlatform: ImagePlatform?

    /// How long layers are kept that no named image is made of any more.
    private static let keptSeconds = 7 * 24 * 3600

    /// An image, and what is said of it.
    struct Built {
        var image: Image
        var base: BaseSource
        var view: ImageView.One
    }

    var images: ImageProject {
        ImageProject(directory: folder, spec: spec, environment: session.surroundings.environment)
    }

    var survey: ProjectSurvey { ProjectSurvey(of: folder) }

    /// Makes the image of a release. Throws `OCIError`, `RegistryError`, `ReleaseError`.
    func build(_ release: Release, platform: ImagePlatform?) async throws -> Built {
        let (source, baseImage) = try await baseImage(for: try platform ?? ReleasePlatform.of(release) ?? ImagePlatform.here)
        report.progress("image", "writing layers")
        let built = try NativeBuilder(store: work.store, cores: work.cores).build(
            release, await images.facts(), on: baseImage, named: "\(source)", bringsLibraries: spec.image.bringsLibraries)
        return tell(built, on: baseImage, source)
    }

    /// Makes an image of programs of this machine. Throws `OCIError`, `RegistryError`.
    func build(programs: [String], _ facts: ImageFacts, version: String) async throws -> Built {
        let (source, baseImage) = try await baseImage(for: .here)
        report.progress("image", "writing layers")
        let built = try ProgramImageBuilder(store: work.store, cores: work.cores).build(
            programs, facts, version: version, on: baseImage, named: "\(source)")
        return tell(built, on: baseImage, source)
    }

    private func baseImage(for platform: ImagePlatform) async throws -> (source: BaseSource, image: Image) {
        let source = try images.base(given: base, from: session.surroundings.directory)
        report.progress("base", "\(source)")
        let report = report
        let baseImage = try await work.loader.load(source, for: platform) { warning in
            report.note("  ! \(warning)")
        } progress: { progress in
            report.progress("base", "\(source)  \(Quantity.bytes(progress.done)) of \(Quantity.bytes(progress.total))")
        }
        report.done("base", "\(source) (\(platform), \(Quantity.bytes(baseImage.size)))")
        return (source, baseImage)
    }

    private func tell(_ built: NativeBuilder.Built, on baseImage: Image, _ source: BaseSource) -> Built {
        let own = built.layers.reduce(0) { $0 + $1.layer.descriptor.size }
        report.done("image", "\(Quantity.count(built.layers.count, "layer")) of its own, \(Quantity.bytes(own))")
        built.notes.forEach { report.note("  \($0)") }
        built.problems.forEach { report.note("  ! \($0)") }
        return Built(
            image: built.image, base: source, view: ImageView.One(built, base: baseImage, baseName: "\(source)"))
    }

    /// Names what was built, one image or an index over several, writes it out and pushes it.
    func finish(_ built: [Built], as name: ImageReference, output: String?, push: Bool) async throws -> ImageView {
        let platforms = built.map { "\($0.image.config.platform)" }
        guard Set(platforms).count == platforms.count else {
            throw CommandFailure(
                "invalid_request", "two releases are for the same machine: \(platforms.joined(separator: ", "))",
                exitCode: CommandFailure.Exit.usage)
        }
        let images = built.map(\.image)
        let top = images.count == 1 ? images[0].descriptor : try work.store.makeIndex(images)
        try work.store.name(top, "\(name)")
        var view = ImageView(name: name.familiar, digest: "\(top.digest)", images: built.map(\.view))
        if let output { view.output = try write(top, images, name, to: output) }
        if push { view.pushed = try await self.push(top, built, name) }
        try tidy()
        return view
    }

    /// Removes layers that no named image is made of any more, once they are old.
    func tidy() throws { try work.store.tidy(olderThan: Self.keptSeconds) }

    private func write(_ top: Descriptor, _ images: [Image], _ name: ImageReference, to output: String) throws -> String {
        let path = URL(fileURLWithPath: output, relativeTo: URL(fileURLWithPath: session.surroundings.directory)).path
        report.progress("written", output)
        if path.hasSuffix(".tar") {
            let docker = images.first { $0.config.platform.serves(.here) } ?? images.first
            try ArchiveWriter(store: work.store).write(top, images: images, forDocker: docker, name: name, to: path)
        } else {
            let layout = try ImageStore(path: path)
            for image in images { _ = try layout.copy(image, from: work.store) }
            if images.count > 1 { _ = try layout.blobs.put(try work.store.blobs.bytes(of: top.digest)) }
            try layout.name(top, name.tagOrStandard)
        }
        report.done("written", output)
        return path
    }

    private func push(_ top: Descriptor, _ built: [Built], _ name: ImageReference) async throws -> ImageView.Pushed {
        let report = report
        report.progress("pushed", name.name)
        let sources = built.compactMap { one in
            if case .registry(let reference) = one.base { reference } else { nil }
        }
        let outcome = try await work.registry.push(top, images: built.map(\.image), from: work.store, to: name, sources: sources)
        {
            report.progress("pushed", "\(name.name)  \(Quantity.bytes($0.done)) of \(Quantity.bytes($0.total))")
        }
        report.done(
            "pushed",
            "\(Quantity.bytes(outcome.sentBytes)) in \(Quantity.count(outcome.sent.count, "blob")), \(outcome.there) there already"
        )
        return ImageView.Pushed(sentBytes: outcome.sentBytes, sentBlobs: outcome.sent.count, blobsThere: outcome.there)
    }
}
