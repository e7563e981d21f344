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
            Without any daemon: the base image's layers, and four of our own that change at different rates. The same release on the
            same base gives the same digest. The image is kept in BEAMCTL_HOME/images, an OCI image layout.

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
    @Option(help: ArgumentHelp("What it is called, instead of image.name and the release's version.", valueName: "name")) var tag:
        String?
    @Option(help: ArgumentHelp("Write it to NAME.tar, or into a folder.", valueName: "path")) var output: String?
    @Flag(help: "Push it to the registry in its name.") var push = false
    @Option(
        help: ArgumentHelp(
            "The machine that it is for, such as linux/amd64. (default: that of the release)", valueName: "platform"))
    var platform: String?
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
            let view = try await build(job)
            if format.json {
                session.terminal.print(try JSONOutput.text(view))
            } else {
                session.terminal.print(view.reference)
            }
        }
    }

    private func build(_ job: ImageJob) async throws -> ImageView {
        var (built, version) = ([ImageJob.Built](), "")
        for wanted in try releases() {
            try await release(wanted, job) { release in
                version = release.version
                built.append(try await job.build(release, platform: wanted.platform))
            }
        }
        let name = try job.images.name(given: tag, version: version)
        return try await job.finish(built, as: name, output: output, push: push)
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
