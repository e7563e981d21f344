import ArgumentParser
import ControlAPI
import Deploying
import FleetModel
import Foundation
import ImageBuild
import LocalPlatform

/// `beamctl dns image`.
struct DNSImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Make the image that the objects of render dns run: of this beamctl itself.",
        discussion: """
            The programs that are beside this one, on a base that has a C library at least as new as this machine's; libraries that the
            base lacks are taken along. No daemon is needed. The same programs on the same base give the same digest; its time is
            SOURCE_DATE_EPOCH.
            """)

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions
    @Option(
        help: ArgumentHelp(
            "The image to build on: a reference, or the path of an archive or an OCI layout. (default: this machine's system)",
            valueName: "image"))
    var base: String?
    @Option(
        help: ArgumentHelp("What it is called. (default: beamctl, with this version)", valueName: "name")) var tag: String?
    @Option(help: ArgumentHelp("Write it to NAME.tar, or into a folder.", valueName: "path")) var output: String?
    @Flag(help: "Push it to the registry in its name.") var push = false
    @Flag(help: "Give it to the Docker Engine of this machine, as docker load does.") var load = false
    @Option(help: ArgumentHelp("The commit that this beamctl was built from.", valueName: "commit")) var revision: String?

    /// What a container starts.
    private static let program = OwnProgram.beamctl.rawValue

    func validate() throws {
        if let revision, revision.wholeMatch(of: /[0-9a-f]{7,64}/) == nil {
            throw ValidationError("--revision '\(revision)' is no commit")
        }
    }

    func run() async throws {
        try await Session.run(options, connects: false) { session in
            let folder = session.surroundings.directory
            let job = ImageJob(
                session: session, work: try ImageWork(session), report: StepReport(session.terminal), folder: folder,
                spec: AppSpec(app: Self.program), base: base)
            let name = try job.images.name(given: tag, version: Version.current)
            let time = session.surroundings.environment["SOURCE_DATE_EPOCH"].flatMap { Int($0) }
                .flatMap { (0...253_402_300_799).contains($0) ? $0 : nil }
            let facts = ImageFacts(
                app: Self.program, httpPort: nil, commit: revision, createdSeconds: time ?? 0,
                source: nil, labels: ["org.opencontainers.image.description": Beamctl.configuration.abstract])
            let built = try await job.build(programs: try paths(session), facts, version: Version.current)
            let view = try await job.finish([built], as: name, output: output, push: push)
            if load { try await job.load([built.image], as: name, into: try job.engine()) }
            session.terminal.print(format.json ? try JSONOutput.text(view) : view.reference)
        }
    }

    /// This program, and those beside it that are there: one that was installed alone still serves names.
    private func paths(_ session: Session) throws -> [String] {
        let others = OwnProgram.allCases.filter { $0 != .beamctl }.map(session.surroundings.machine.path)
        return [MachineSettings.program] + others.filter(FileManager.default.isExecutableFile)
    }
}
