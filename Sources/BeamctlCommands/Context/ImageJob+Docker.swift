import BeamRelease
import Deploying
import DockerClient
import FleetModel
import Foundation
import HTTPTransport
import ImageBuild
import LocalPlatform
import OCIImage

extension ImageJob {
    /// The user's Engine. Throws `DockerError` when `DOCKER_HOST` names none.
    func engine() throws -> DockerEngine {
        DockerEngine(transport: session.transport, host: try DockerHost(session.surroundings.environment["DOCKER_HOST"]))
    }

    /// Has a Docker Engine build the image of the project, or of a release that is there already. Throws `DockerError`, `BuildError`,
    /// `OCIError`.
    func buildWithDocker(_ wishes: DockerWishes, release: Release?, as name: ImageReference) async throws -> DockerBuilt {
        let engine = try engine()
        let facts = try await engine.facts()
        let program = DockerProgram(environment: session.surroundings.environment)
        let kit = await program.buildKit()
        try wishes.check(hasBuildKit: kit != nil, engine: facts)
        var job = DockerfileJob(folder: folder, spec: spec, environment: session.surroundings.environment)
        job.options = wishes.dockerfile
        job.options.base = base
        job.options.usesBuildKit = kit != nil
        let made = try await job.make(of: release)
        let context =
            try release.map { release -> BuildContext in
                var context = BuildContext(dockerfile: made.text, release: release.name, tool: release.tool)
                try context.add(release)
                return context
            } ?? job.survey.context(made.text, made.facts)
        let how = kit == nil ? "Engine \(facts.version), classic builder" : "Engine \(facts.version), BuildKit"
        report.progress("image", how)
        do {
            let (report, builder) = (report, EngineBuilder(engine: engine, folder: session.home.images))
            let tell: @Sendable (String) -> Void = { report.progress("image", String($0.prefix(60))) }
            if let kit {
                let options = wishes.options
                try await builder.withArchive(of: context) { archive in
                    try await engine.whileAnswering {
                        try await program.build(
                            kit, context: archive, dockerfile: BuildContext.dockerfile, name: name.familiar, options: options,
                            tell: tell)
                    }
                }
            } else {
                _ = try await builder.build(
                    context, name: name.familiar, arguments: wishes.dockerfile.arguments, tell: tell)
            }
        } catch {
            report.failed("image", how)
            throw error
        }
        let image = try await engine.image(name.familiar)
        let template = made.isOwn ? "the project's own \(made.template.name)" : made.template.name
        report.done("image", "\(template) template, \(Quantity.bytes(image.size)) unpacked")
        return DockerBuilt(id: image.id, name: name, runnerBase: made.facts.runnerBase)
    }

    /// Gives what was made without an Engine to one: of several images, that for its machine.
    func load(_ images: [Image], as name: ImageReference, into engine: DockerEngine) async throws {
        report.progress("loaded", name.familiar)
        let facts = try await engine.facts()
        let platform = ImagePlatform(os: facts.os, architecture: facts.architecture)
        guard let image = images.first(where: { $0.config.platform.serves(platform) }) else {
            throw DockerError(.refused, "the Engine is of \(platform), and no image is for that")
        }
        try await EngineBuilder(engine: engine, folder: session.home.images).give(image, of: work.store, as: name)
        report.done("loaded", "\(name.familiar) into the Engine, \(facts.version)")
    }

    /// Takes what an Engine built into the store, so that it can be written out and pushed.
    func take(_ built: DockerBuilt) async throws -> Built {
        report.progress("taken", "from the Engine")
        let platform = wantedPlatform ?? .here
        let image = try await EngineBuilder(engine: try engine(), folder: session.home.images).take(
            built.name.familiar, into: work.store, for: platform, cores: work.cores)
        report.done("taken", "from the Engine, \(Quantity.bytes(image.size))")
        return Built(
            image: image, base: try BaseSource(built.runnerBase, relativeTo: folder),
            view: ImageView.One(
                platform: "\(image.config.platform)", digest: "\(image.descriptor.digest)", size: image.size,
                base: built.runnerBase,
                baseDigest: nil,
                layers: image.layers.map {
                    ImageView.Part(name: "", digest: "\($0.descriptor.digest)", size: $0.descriptor.size)
                }, problems: [], notes: []))
    }
}

/// An image that an Engine has.
struct DockerBuilt {
    var id: String
    var name: ImageReference
    var runnerBase: String
}

/// What the command line asks of a Docker build.
struct DockerWishes {
    var dockerfile = DockerfileJob.Options()
    /// `id=npm,src=$HOME/.npmrc`, as `docker build --secret` takes it.
    var secrets: [String] = []
    var platform: ImagePlatform?

    /// As `docker build` takes them.
    var options: [String] {
        dockerfile.arguments.sorted { $0.key < $1.key }.flatMap { ["--build-arg", "\($0.key)=\($0.value)"] }
            + secrets.flatMap { ["--secret", $0] } + (dockerfile.usesSSH ? ["--ssh", "default"] : [])
            + (platform.map { ["--platform", "\($0)"] } ?? [])
    }

    /// What the classic builder cannot do is refused, not skipped.
    func check(hasBuildKit: Bool, engine: DockerEngine.Facts) throws {
        guard !hasBuildKit else { return }
        let hint = "install docker-buildx (or the docker CLI's buildx plugin), which builds with BuildKit"
        if !secrets.isEmpty { throw DockerError(.refused, "--secret needs BuildKit, and docker here has none", next: hint) }
        if dockerfile.usesSSH { throw DockerError(.refused, "--ssh needs BuildKit, and docker here has none", next: hint) }
        if let platform, !ImagePlatform(os: engine.os, architecture: engine.architecture).serves(platform) {
            throw DockerError(
                .refused,
                "building for \(platform) on \(engine.os)/\(engine.architecture) needs BuildKit, and docker here has none",
                next: hint)
        }
    }
}
