import BeamRelease
import Deploying
import DockerClient
import FleetModel
import ImageBuild
import LocalPlatform
import OCIImage

/// Makes the container image of a release for `runtime: docker`, and gives it to the platform's Docker Engine.
struct ContainerImageJob {
    let session: Session
    let report: StepReport
    let folder: String
    let spec: AppSpec

    /// Where the image goes, once containers can run there; nil for an app whose replicas are processes. Throws what keeps containers
    /// from running, before anything is built.
    func intake() async throws -> ImageIntake? {
        guard spec.runtime == .docker else { return nil }
        report.progress("docker", "asking the Engine")
        do {
            let intake = try await session.platform.imageIntake()
            if session.connection == nil { try checkHost(intake) }
            report.done("docker", "Engine at \(intake.engine), \(intake.machine)")
            return intake
        } catch {
            report.failed("docker", "no containers")
            throw error
        }
    }

    /// What this command is told of an Engine must be what the daemon goes by.
    private func checkHost(_ intake: ImageIntake) throws {
        guard let named = session.surroundings.environment["DOCKER_HOST"], !named.isEmpty, named != intake.engine else { return }
        throw CommandFailure(
            "invalid_request", "DOCKER_HOST is \(named), and the daemon runs containers at \(intake.engine)",
            hint: "unset DOCKER_HOST; or, when no app has containers there, beamctl daemon stop, and deploy again")
    }

    /// Makes the image and returns its name. Throws `OCIError`, `RegistryError`, `DockerError`, and ``CommandFailure`` for a release that
    /// cannot run on its base.
    func make(_ release: Release, for intake: ImageIntake) async throws -> String {
        let work = try ImageWork(session)
        let job = ImageJob(session: session, work: work, report: report, folder: folder, spec: spec, base: nil)
        let built = try await job.build(release, platform: nil)
        if let problem = built.view.problems.first {
            throw CommandFailure(
                "incompatible_base", "the release cannot run on its base: \(problem)",
                hint: "image.runner_base names another; beamctl build shows what fits")
        }
        return try await give(built.image, job, intake)
    }

    /// Finds an image that is there already, for the machine that containers run on. Throws `OCIError`, `RegistryError`, `DockerError`,
    /// ``CommandFailure``.
    func find(_ text: String, for intake: ImageIntake) async throws -> GivenImage.Found {
        do {
            let platform = try platform(of: intake)
            let found = try await GivenImage(
                text: text, session: session, work: try ImageWork(session), report: report, platform: platform
            ).find()
            report.done("image", "\(text) (\(found.image.config.platform), \(Quantity.bytes(found.image.size))), \(found.place)")
            return found
        } catch {
            report.failed("image", text)
            throw error
        }
    }

    /// Gives an image that was found to the platform's Engine, and returns its name there. Throws as ``make(_:for:)``.
    func give(_ found: GivenImage.Found, for intake: ImageIntake) async throws -> String {
        let job = ImageJob(
            session: session, work: try ImageWork(session), report: report, folder: folder, spec: spec, base: nil)
        return try await give(found.image, engineName: found.engineName, job, intake)
    }

    private func give(
        _ image: Image, engineName: ImageReference? = nil, _ job: ImageJob, _ intake: ImageIntake
    ) async throws -> String {
        let digest = "\(image.descriptor.digest)".drop { $0 != ":" }.dropFirst().prefix(12)
        let name = try ImageReference("\(intake.repository)/\(spec.app):\(digest)")
        // Its layers make the next image quick; those of the one before may go.
        try job.work.store.name(image.descriptor, "deployed \(spec.app)")
        guard image.config.platform.serves(try platform(of: intake)) else {
            throw CommandFailure(
                "incompatible_base", "the image is for \(image.config.platform), and the Engine is of \(intake.machine)")
        }
        if let engineName, session.connection == nil, let engine = job.work.engine, engine.host.description == intake.engine {
            // It is there already, to the byte as it was tested.
            try await engine.tag(engineName, as: name)
            report.done("loaded", "\(name.familiar), which the Engine has")
        } else {
            try await load(image, as: name, job, intake)
        }
        try job.tidy()
        return name.familiar
    }

    private func platform(of intake: ImageIntake) throws -> ImagePlatform {
        guard let platform = ImagePlatform(intake.machine) else {
            throw CommandFailure("invalid_request", "the Engine is of \(intake.machine), which no image is for")
        }
        return platform
    }

    /// Gives the image to the Engine, unless it has it: here, or on the machine that is meant.
    private func load(_ image: Image, as name: ImageReference, _ job: ImageJob, _ intake: ImageIntake) async throws {
        let known = "\(name.familiar), which the Engine has"
        guard let connection = session.connection else {
            let engine = DockerEngine(transport: session.transport, host: try DockerHost(intake.engine))
            if (try? await engine.image(name.familiar)) != nil { return report.done("loaded", known) }
            return try await job.load([image], as: name, into: engine)
        }
        let there = RemoteImages(
            connection: connection, engine: intake.engine, environment: session.surroundings.environment)
        if try await there.has(name.familiar) { return report.done("loaded", known) }
        report.progress("loaded", "\(name.familiar), on its way to \(connection.destination)")
        try await EngineBuilder.withArchive(of: image, of: job.work.store, as: name, in: session.home.images) {
            try await there.give($0)
        }
        report.done("loaded", "\(name.familiar) into the Engine of \(connection.destination)")
    }
}
