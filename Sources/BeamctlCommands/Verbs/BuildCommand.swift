import AppManifest
import ArgumentParser
import BeamRelease
import Deploying
import FleetModel
import Foundation
import ImageBuild
import OCIImage
import OCIRegistry

/// `beamctl build [APP|DIR]`.
struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Make a container image of a project's release.",
        discussion: """
            --builder native (the default) works without any daemon: the base image's layers, and a few of our own that change at
            different rates. The same release on the same base gives the same digest. The image is kept in BEAMCTL_HOME/images, an OCI
            image layout. --builder docker has a Docker Engine build the release, too: beamctl render dockerfile shows with what.

            --output NAME.tar writes an archive that docker load, podman load and skopeo take; any other name a folder, an OCI image
            layout. --push sends it to the registry in its name, with what docker login left as credentials.
            """)

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions
    @Option(
        help: ArgumentHelp(
            "The image to build on, instead of image.runner_base: a reference, or the path of an archive or an OCI layout.",
            valueName: "image"))
    var base: String?
    @Option(help: "native, or docker: a Docker Engine. (default: image.builder, or native)") var builder: BuilderName?
    @Option(help: ArgumentHelp("What it is called, instead of image.name and the release's version.", valueName: "name")) var tag:
        String?
    @Option(help: ArgumentHelp("Write it to NAME.tar, or into a folder.", valueName: "path")) var output: String?
    @Flag(help: "Push it to the registry in its name.") var push = false
    @Flag(help: "Give it to the Docker Engine of this machine, as docker load does.") var load = false
    @Option(
        help: ArgumentHelp(
            "The machine that it is for, such as linux/amd64. (default: that of the release)", valueName: "platform"))
    var platform: String?
    @Option(help: "With --builder docker: the template of the Dockerfile.") var template: String?
    @Option(
        name: .customLong("build-arg"),
        help: ArgumentHelp(
            "With --builder docker: the value of an ARG. No place for secrets: images show it.", valueName: "name=value"))
    var buildArguments: [String] = []
    @Option(
        help: ArgumentHelp(
            "With --builder docker and BuildKit: a file that the build may read, id=NAME,src=PATH.", valueName: "secret"))
    var secret: [String] = []
    @Flag(help: "With --builder docker and BuildKit: fetch private dependencies with your ssh agent.") var ssh = false
    @Flag(name: .customLong("no-build"), help: "Take the release that was built last.") var noBuild = false
    @Option(
        name: .customLong("release"),
        help: ArgumentHelp(
            "Take a release that was built elsewhere: a folder, or an archive. Given several times, each for another machine, they make "
                + "one image for all of them: --release linux/arm64=PATH.", valueName: "path"))
    var givenReleases: [String] = []
    @Argument(help: "The project's folder, or its app's name.") var project: String?

    func validate() throws {
        if noBuild && !givenReleases.isEmpty { throw ValidationError("--release names a release: --no-build is another one") }
        if let platform, ImagePlatform(platform) == nil {
            throw ValidationError("--platform '\(platform)' is not like linux/amd64")
        }
        if platform != nil && givenReleases.count > 1 {
            throw ValidationError("--platform is said of each of several releases: --release linux/arm64=PATH")
        }
    }

    func run() async throws {
        try await Session.run(options, connects: false) { session in
            let folder = try AppName.projectToDeploy(project, in: session.surroundings)
            let spec = try Manifest.loadReading(
                path: folder + "/" + Manifest.fileName, environment: options.environment,
                variables: session.surroundings.environment
            ).spec
            let job = ImageJob(
                session: session, work: try ImageWork(session), report: StepReport(session.terminal), folder: folder, spec: spec,
                base: base)
            // A name that is none, and a place that is not there, are told before anything is built.
            _ = try job.images.name(given: tag, version: "0")
            try checkOutput(session.surroundings.directory)
            let view = try await build(job)
            if format.json {
                session.terminal.print(try JSONOutput.text(view))
            } else {
                session.terminal.print(view.reference)
            }
        }
    }

    private func checkOutput(_ directory: String) throws {
        guard let output else { return }
        let folder = URL(fileURLWithPath: output, relativeTo: URL(fileURLWithPath: directory)).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder) else {
            throw CommandFailure("file", "--output \(output): there is no folder \(folder)", hint: "mkdir -p '\(folder)'")
        }
    }

    private func build(_ job: ImageJob) async throws -> ImageView {
        var job = job
        job.wantedPlatform = platform.flatMap { ImagePlatform($0) }
        let chosen = builder?.builder ?? job.spec.image.builder ?? .native
        return chosen == .docker ? try await buildWithDocker(job) : try await buildHere(job)
    }

    private func buildWithDocker(_ job: ImageJob) async throws -> ImageView {
        guard givenReleases.count <= 1 else {
            throw CommandFailure(
                "invalid_request", "a Docker Engine builds for one machine at a time",
                hint: "--builder native takes several releases",
                exitCode: CommandFailure.Exit.usage)
        }
        var wishes = DockerWishes(secrets: secret, platform: job.wantedPlatform)
        wishes.dockerfile.template = template
        wishes.dockerfile.usesSSH = ssh
        wishes.dockerfile.secrets = secret.compactMap { $0.firstMatch(of: /(?:^|,)id=([^,]+)/).map { String($0.1) } }
        for argument in buildArguments {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            wishes.dockerfile.arguments[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        let isGiven = noBuild || !givenReleases.isEmpty
        var view: ImageView?
        func finish(_ release: Release?) async throws {
            let version = release?.version ?? job.survey.version ?? ImageReference.standardTag
            let name = try job.images.name(given: tag, version: version)
            let built = try await job.buildWithDocker(wishes, release: release, as: name)
            guard output != nil || push else {
                view = ImageView(name: name.familiar, digest: built.id, images: [])
                return
            }
            view = try await job.finish([try await job.take(built)], as: name, output: output, push: push)
        }
        if isGiven { try await release(try releases()[0], job) { try await finish($0) } } else { try await finish(nil) }
        guard let view else { throw CommandFailure("failed", "nothing was built") }
        return view
    }

    private func buildHere(_ job: ImageJob) async throws -> ImageView {
        if template != nil || !buildArguments.isEmpty || !secret.isEmpty || ssh {
            throw CommandFailure(
                "invalid_request", "--template, --build-arg, --secret and --ssh are for --builder docker",
                exitCode: CommandFailure.Exit.usage)
        }
        var (built, version) = ([ImageJob.Built](), "")
        for wanted in try releases() {
            try await release(wanted, job) { release in
                version = release.version
                built.append(try await job.build(release, platform: wanted.platform))
            }
        }
        let name = try job.images.name(given: tag, version: version)
        let view = try await job.finish(built, as: name, output: output, push: push)
        if load { try await job.load(built.map(\.image), as: name, into: try job.engine()) }
        return view
    }

    private struct Wanted {
        var path: String?
        var platform: ImagePlatform?
    }

    /// What `--release` and `--platform` ask for.
    private func releases() throws -> [Wanted] {
        let one = platform.flatMap { ImagePlatform($0) }
        guard !givenReleases.isEmpty else { return [Wanted(path: nil, platform: one)] }
        let wanted = givenReleases.map { text -> Wanted in
            guard let equals = text.firstIndex(of: "="), let platform = ImagePlatform(String(text[..<equals])) else {
                return Wanted(path: text, platform: one)
            }
            return Wanted(path: String(text[text.index(after: equals)...]), platform: platform)
        }
        return wanted
    }

    private func release(_ wanted: Wanted, _ job: ImageJob, _ body: (Release) async throws -> Void) async throws {
        let (session, report) = (job.session, job.report)
        let environment = session.surroundings.environment
        report.progress("release", noBuild || wanted.path != nil ? "reading" : "building")
        do {
            if let path = wanted.path {
                let absolute = URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: session.surroundings.directory)).path
                return try await GivenRelease(path: absolute, environment: environment).use { release in
                    report.done("release", ReleaseDescription(release).words)
                    try await body(release)
                }
            }
            let builder = try ReleaseBuilder(
                directory: job.folder, build: job.spec.build, app: job.spec.app, environment: environment)
            let release = noBuild ? try builder.builtRelease() : try await builder.build { report.build($0) }
            report.done("release", ReleaseDescription(release).words)
            try await body(release)
        } catch let error as BuildError {
            report.failed("release", noBuild || wanted.path != nil ? "not there" : "not built")
            throw error
        }
    }
}

/// What makes an image, as the command line names it.
enum BuilderName: String, ExpressibleByArgument, CaseIterable {
    case native, docker

    var builder: ImageSpec.Builder { self == .native ? .native : .docker }
}
