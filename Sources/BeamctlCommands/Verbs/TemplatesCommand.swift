import ArgumentParser
import Deploying
import Foundation
import ImageBuild

/// `beamctl templates`: the Dockerfiles' templates.
struct TemplatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "templates", abstract: "List the templates of Dockerfiles, or put one into the project to be changed.",
        subcommands: [Listing.self, Eject.self], defaultSubcommand: Listing.self)

    /// `beamctl templates list`.
    struct Listing: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the templates.")

        @OptionGroup var options: PlatformOptions
        @OptionGroup var format: FormatOptions

        func run() async throws {
            let terminal = Terminal(noColour: Surroundings.current().noColour)
            if format.json {
                return terminal.print(
                    try JSONOutput.text(DockerfileTemplate.all.map { ["name": $0.name, "summary": $0.summary] }))
            }
            var table = TextTable("TEMPLATE", "FOR")
            for template in DockerfileTemplate.all { table.add([template.name, template.summary]) }
            table.lines().forEach(terminal.print)
        }
    }

    /// `beamctl templates eject NAME [DIR]`.
    struct Eject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "eject",
            abstract: "Copy a template into the project, where it is used from then on.",
            discussion: "Also writes a .dockerignore, where the project has none. Nothing that is there is written over.")

        @OptionGroup var options: PlatformOptions
        @Argument(help: "The template's name.") var name: String
        @Argument(help: "The project's folder.") var directory: String?

        func run() async throws {
            let surroundings = Surroundings.current()
            let terminal = Terminal(noColour: surroundings.noColour)
            let template = try DockerfileTemplate.asked(for: name)
            let folder = try AppName.project(directory, in: surroundings)
            let path = "\(folder)/\(DockerfileTemplate.folder)/\(template.fileName)"
            guard !FileManager.default.fileExists(atPath: path) else {
                throw CommandFailure("exists", "\(path) is there already, and is left as it is", hint: "remove it first")
            }
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(DockerfileTemplate.folder)", withIntermediateDirectories: true)
            try Data(template.text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            terminal.print("wrote \(path)")
            let ignore = folder + "/.dockerignore"
            if !FileManager.default.fileExists(atPath: ignore) {
                try Data(IgnoreRules.standard.utf8).write(to: URL(fileURLWithPath: ignore), options: .withoutOverwriting)
                terminal.print("wrote \(ignore)")
            }
            terminal.say("next: beamctl render dockerfile shows what it gives")
        }
    }
}
