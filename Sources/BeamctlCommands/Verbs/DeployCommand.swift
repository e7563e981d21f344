import AppManifest
import ArgumentParser
import BeamRelease
import Deploying
import FleetModel
import Foundation
import ImageBuild

/// `beamctl deploy [APP|DIR]`.
struct Deploy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Build a project's release and run it as a cluster of replicas.",
        discussion: """
            Running replicas are replaced one after another, never below replicas - rollout.max_unavailable ready ones.
            When the new ones do not become ready in time (exit code 124), the old ones go on serving.

            --image deploys an image that beamctl build, or a Dockerfile of its templates, has made, and builds nothing: what release it
            is stands in the image. It is a reference with a tag or a digest, the path of an archive or of an OCI image layout, or
            docker-daemon:NAME. A name with its registry is asked for there first; any other, and a digest, on this machine: among the
            images that beamctl build made, then in the Docker Engine.
            """)

    @OptionGroup var options: PlatformOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: "How many replicas, whatever the manifest says.") var replicas: Int?
    @Flag(name: .customLong("no-build"), help: "Deploy the release that was built last.") var noBuild = false
    @Option(
        name: .customLong("release"),
        help: ArgumentHelp("Deploy a release that was built elsewhere: a folder, or an archive.", valueName: "path"))
    var givenRelease: String?
    @Option(
        name: .customLong("image"),
        help: ArgumentHelp(
            "Deploy an image that is there already, and build none (runtime: docker, and on Kubernetes).", valueName: "image"))
    var givenImage: String?
    @Flag(
        name: .customLong("force-conflicts"),
        help: "On Kubernetes: take fields over that others own, such as the replicas of kubectl scale.")
    var forceConflicts = false
    @Argument(help: "The project's folder, or its app's name.") var project: String?

    func validate() throws {
        if let replicas, !(0...ProcessSpec.mostReplicas).contains(replicas) {
            throw ValidationError("\(replicas) replicas are not between 0 and \(ProcessSpec.mostReplicas)")
        }
        if noBuild && givenRelease != nil { throw ValidationError("--release names a release: --no-build is another one") }
        if givenImage != nil && (noBuild || givenRelease != nil) {
            throw ValidationError("--image names what is deployed: --no-build and --release are something else")
        }
    }

    func run() async throws {
        try await Session.run(options, of: project, forces: forceConflicts) { session in
            let folder = try AppName.projectToDeploy(project, in: session.surroundings)
            var reading = try Manifest.loadReading(
                path: folder + "/" + Manifest.fileName, environment: options.environment,
                variables: session.surroundings.environment)
            reading.spec = try wanted(reading.spec)
            if session.cluster == nil {
                for effect in reading.spec.withoutEffectLocally { session.terminal.say("note: \(effect)") }
                if givenImage != nil, reading.spec.runtime != .docker { throw Self.needsContainers(reading.spec) }
            }
            let key = AppKey(namespace: session.namespace(options), app: reading.spec.app)
            let report = StepReport(session.terminal)
            try await DeployLock(session: session, report: report, verb: "deploy", limit: waiting.limit).hold(key) {
                try await deploy(key, reading, folder, session, report)
            }
        }
    }

    private func deploy(
        _ key: AppKey, _ reading: ManifestReading, _ folder: String, _ session: Session, _ report: StepReport
    ) async throws {
        let spec = reading.spec
        let deployer = Deployer(
            platform: session.platform, shelf: session.shelf, project: folder, namespace: key.namespace, spec: spec,
            environment: session.surroundings.environment)
        if session.cluster != nil, let givenImage {
            let kept = try await PromotedImage(session: session, report: report, folder: folder, spec: spec).release(givenImage)
            let request = try await rehearsed {
                try await deployer.rehearsed(kept, by: session.surroundings.user)
            } during: {
                try await trial(of: kept, key, spec, session, report)
            }
            return try await roll(out: request, deployer, session, report)
        }
        let found = try await found(deployer, folder, spec, session, report)

        let settings = try await session.platform.settings(of: key).settings
        var check = ConfigCheck(
            release: found.release, spec: spec, namespace: key.namespace, settings: settings, lines: reading.lines)
        check.isReleaseHere = givenImage == nil || session.connection == nil
        if session.cluster != nil { try await session.complete(&check) }
        let subject = ConfigSubject(check: check, stored: found.kept, limit: waiting.limit)
        let request = try await rehearsed {
            try await deployer.rehearsed(found.kept, from: found.source, by: session.surroundings.user)
        } during: {
            try await configure(subject, session, report)
        }
        try await roll(out: request, deployer, session, report)
    }

    /// What the platform has to know, and git, is asked while the configuration is tried; what is refused ends the trial.
    private func rehearsed(
        _ request: @escaping @Sendable () async throws -> DeployRequest,
        during trial: @escaping @Sendable () async throws -> Void
    ) async throws -> DeployRequest {
        let rehearsed = try await withThrowingTaskGroup(of: DeployRequest?.self) { group in
            group.addTask { try await request() }
            group.addTask {
                try await trial()
                return nil
            }
            return try await group.reduce(nil) { $0 ?? $1 }
        }
        guard let rehearsed else { throw CancellationError() }
        return rehearsed
    }

    /// A release that is to be deployed.
    private struct Found {
        var release: Release
        /// As the platform keeps it.
        var kept: StoredRelease
        /// Where it comes from.
        var source = Deployer.Source.project
    }

    /// The release, and its image where the platform runs one.
    private func found(
        _ deployer: Deployer, _ folder: String, _ spec: AppSpec, _ session: Session, _ report: StepReport
    ) async throws -> Found {
        if try await session.platform.releaseIntake() == .registry {
            let images = RegistryImageJob(session: session, report: report, folder: folder, spec: spec)
            try images.check()
            return try await release(deployer, report, session) { try await images.make($0) }
        }
        let images = ContainerImageJob(session: session, report: report, folder: folder, spec: spec)
        let intake = try await images.intake()
        if let givenImage, let intake { return try await taken(from: givenImage, intake, images, deployer, report) }
        return try await release(deployer, report, session) { release in
            if let intake { try await images.make(release, for: intake) } else { nil }
        }
    }

    /// Runs the release command, makes the revision, and waits for its replicas.
    private func roll(
        out request: DeployRequest, _ deployer: Deployer, _ session: Session, _ report: StepReport
    ) async throws {
        try await runReleaseCommand(
            PreflightRequest(namespace: request.namespace, spec: request.spec, release: request.release), session, report)

        let revision = try await deployer.deploy(request)
        let status = try await RolloutWait(
            session: session, key: request.key, report: report, limit: waiting.limit, undo: .revision(revision.number)
        ).untilDone()
        if let difference = await EntranceDifference.find(in: session) { report.note(difference.text) }
        session.terminal.print("  " + Self.summary(status, revision: revision.number, took: report.total))
    }

    private func runReleaseCommand(_ request: PreflightRequest, _ session: Session, _ report: StepReport) async throws {
        guard let words = request.spec.releaseCommand else { return }
        report.progress("command", words.joined(separator: " "))
        do {
            try await ReleaseCommandRun(platform: session.platform).run(request) { report.note("  | \($0)") }
        } catch {
            report.failed("command", words.joined(separator: " "))
            throw error
        }
        report.done("command", words.joined(separator: " "))
    }

    /// The same where nothing is known of the release but its image, in which it is booted.
    private func trial(
        of kept: StoredRelease, _ key: AppKey, _ spec: AppSpec, _ session: Session, _ report: StepReport, makes: Bool = true
    ) async throws {
        report.progress("config", "booting the release with its configuration")
        do {
            var request = PreflightRequest(namespace: key.namespace, spec: spec, release: kept)
            request.reads = false
            let outcome = try await ConfigTrialRun(platform: session.platform, limit: waiting.limit).run(request)
            report.done("config", outcome.untried.map { "not tried: \($0)" } ?? "the release boots with it")
        } catch let failure as ConfigFailure where makes && failure.variables == [SecretKeyBase.name] {
            _ = try await SecretKeyBase.make(for: key, session)
            report.done("secrets", SecretKeyBase.words)
            try await trial(of: kept, key, spec, session, report, makes: false)
        } catch {
            report.failed("config", error is ConfigFailure ? "the release does not boot with it" : "not tried")
            throw error
        }
    }

    /// Stops a deploy that cannot work before a replica is touched.
    private func configure(_ subject: ConfigSubject, _ session: Session, _ report: StepReport) async throws {
        report.progress("config", "checking")
        let step = ConfigStep(session: session, report: report)
        var view = try await step.view(of: subject)
        if view.lacks(SecretKeyBase.name) {
            var completed = subject
            let key = AppKey(namespace: subject.check.namespace, app: subject.check.spec.app)
            completed.check.settings = try await SecretKeyBase.make(for: key, session)
            report.done("secrets", SecretKeyBase.words)
            view = try await step.view(of: completed)
        }
        try step.end(with: view)
    }

    /// The release of an image that is there already.
    private func taken(
        from text: String, _ intake: ImageIntake, _ images: ContainerImageJob, _ deployer: Deployer, _ report: StepReport
    ) async throws -> Found {
        let found = try await images.find(text, for: intake)
        let folder = FileManager.default.temporaryDirectory.appending(path: "beamctl-image-\(RequestID.fresh())").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        report.progress("release", "reading")
        var kept: StoredRelease
        do {
            try found.release.unpack(into: folder)
            kept = try await deployer.keep(try Release.read(at: ReleaseImage.root(in: folder)))
        } catch {
            report.failed("release", "not read")
            throw error
        }
        report.done("release", kept.description.words)
        kept.image = try await images.give(found, for: intake)
        // What was unpacked is gone; the copy stays.
        return Found(
            release: try await images.session.shelf.release(kept.digest), kept: kept,
            source: .elsewhere(commit: found.release.commit))
    }

    private func release(
        _ deployer: Deployer, _ report: StepReport, _ session: Session, image: (Release) async throws -> String?
    ) async throws -> Found {
        report.progress("release", noBuild || givenRelease != nil ? "reading" : "building")
        do {
            if let givenRelease {
                let path = URL(fileURLWithPath: givenRelease, relativeTo: URL(fileURLWithPath: session.surroundings.directory))
                    .path
                return try await GivenRelease(path: path, environment: session.surroundings.environment).use { release in
                    Found(release: release, kept: try await kept(release, deployer, report, image))
                }
            }
            let release = try await deployer.release(building: !noBuild) { report.build($0) }
            return Found(release: release, kept: try await kept(release, deployer, report, image))
        } catch let error as ImageFailure {
            throw error.reason
        } catch {
            report.failed("release", noBuild || givenRelease != nil ? "not there" : "not built")
            throw error
        }
    }

    /// The release was fine, its image was not.
    private struct ImageFailure: Error {
        let reason: any Error
    }

    private func kept(
        _ release: Release, _ deployer: Deployer, _ report: StepReport, _ image: (Release) async throws -> String?
    ) async throws -> StoredRelease {
        var kept = try await deployer.keep(release)
        report.done("release", kept.description.words)
        do {
            kept.image = try await image(release)
        } catch {
            throw ImageFailure(reason: error)
        }
        return kept
    }

    /// The manifest, with the number of replicas that the command line asks for.
    private func wanted(_ manifest: AppSpec) throws -> AppSpec {
        guard let replicas else { return manifest }
        var spec = manifest
        guard spec.processes.count == 1, let only = spec.processes.keys.first else {
            throw CommandFailure(
                "invalid_request",
                "--replicas: '\(spec.app)' has several processes: \(spec.processes.keys.sorted().joined(separator: ", "))",
                hint: "set processes.<name>.replicas in \(Manifest.fileName)", exitCode: CommandFailure.Exit.usage)
        }
        spec.processes[only]?.replicas = replicas
        return spec
    }

    private static func needsContainers(_ spec: AppSpec) -> CommandFailure {
        CommandFailure(
            "invalid_request",
            "--image: '\(spec.app)' has runtime: \(spec.runtime.rawValue), whose replicas run from a release and from no image",
            hint: "runtime: docker in \(Manifest.fileName), or --release PATH", exitCode: CommandFailure.Exit.usage)
    }

    private static func summary(_ status: AppStatus, revision: Int, took: Duration) -> String {
        let app = status.deployment.key.app
        guard status.deployment.scale.values.contains(where: { $0 > 0 }) else {
            return "\(app) is deployed and runs no replica: its scale is 0   revision \(revision)   \(Quantity.seconds(took))"
        }
        if let problem = status.entranceProblem {
            return "\(app) is up   revision \(revision)   \(Quantity.seconds(took))\n  its entrance: \(problem)"
        }
        if let url = status.urls?.first { return "\(app) is up: \(url)   revision \(revision)   \(Quantity.seconds(took))" }
        let serving = status.replicas.filter { status.revision.spec.processes[$0.process]?.http != nil }
        let place = serving.first.map { first in
            ": http://\(first.slot.authority)" + (serving.count > 1 ? " and \(serving.count - 1) more" : "")
        }
        return "\(app) is up\(place ?? "")   revision \(revision)   \(Quantity.seconds(took))"
    }
}
