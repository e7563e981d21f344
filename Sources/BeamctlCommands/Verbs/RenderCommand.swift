import AppManifest
import ArgumentParser
import BeamRelease
import Deploying
import FleetModel
import Foundation
import ImageBuild

/// `beamctl render`: what beamctl would do, in the formats that other tools take.
struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Print what beamctl would do, in the formats that other tools take.",
        subcommands: [Dockerfile.self, RenderKubernetesCommand.self, RenderDNSCommand.self])

    /// `beamctl render dockerfile [APP|DIR]`.
    struct Dockerfile: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dockerfile",
            abstract: "Print the Dockerfile that beamctl build --builder docker builds with.",
            discussion: """
                With --output it is written into a folder, with the files that it copies: then docker build -f .beamctl/Dockerfile .
                gives the same image without beamctl.
                """)

        @OptionGroup var options: PlatformOptions
        @Option(help: "The template, instead of the one that fits the project.") var template: String?
        @Flag(name: .customLong("buildkit"), help: "With what only BuildKit understands: caches that outlive a build.")
        var buildKit = false
        @Option(
            name: .customLong("release"),
            help: ArgumentHelp("For a release that was built elsewhere: a folder, or an archive.", valueName: "path"))
        var givenRelease: String?
        @Flag(help: "Write it and the files that it copies into .beamctl in the project.") var output = false
        @Argument(help: "The project's folder, or its app's name.") var project: String?

        func run() async throws {
            let surroundings = Surroundings.current()
            let terminal = Terminal(noColour: surroundings.noColour)
            let folder = try AppName.projectToDeploy(project, in: surroundings)
            let spec = try Manifest.loadReading(
                path: folder + "/" + Manifest.fileName, environment: options.environment, variables: surroundings.environment
            ).spec
            var job = DockerfileJob(folder: folder, spec: spec, environment: surroundings.environment)
            job.options.template = template
            job.options.usesBuildKit = buildKit
            let made = try await make(job, surroundings)
            guard output else { return terminal.print(String(made.text.dropLast())) }
            try write(made, job, terminal)
        }

        private func make(_ job: DockerfileJob, _ surroundings: Surroundings) async throws -> DockerfileJob.Made {
            guard let givenRelease else { return try await job.make(of: nil) }
            let path = URL(fileURLWithPath: givenRelease, relativeTo: URL(fileURLWithPath: surroundings.directory)).path
            return try await GivenRelease(path: path, environment: surroundings.environment).use { try await job.make(of: $0) }
        }

        private func write(_ made: DockerfileJob.Made, _ job: DockerfileJob, _ terminal: Terminal) throws {
            guard made.facts.isBuiltHere else {
                throw CommandFailure(
                    "invalid_request", "--output is for a Dockerfile that builds the release",
                    hint: "beamctl build --release makes the image", exitCode: CommandFailure.Exit.usage)
            }
            let root = job.survey.root
            let target = "\(root)/.beamctl"
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            for file in BuildContext.files(dockerfile: made.text, release: made.facts.release, tool: made.facts.tool) {
                let path = "\(target)/\(file.name)"
                try Data(file.text.utf8).write(to: URL(fileURLWithPath: path))
                if file.isExecutable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path) }
            }
            terminal.print("wrote \(target)")
            terminal.say("next: docker build -f \(target)/Dockerfile \(root)")
        }
    }
}
