import AppManifest
import ArgumentParser
import Deploying
import Foundation

/// `beamctl init [DIR]`: writes a manifest for the project that it finds.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a beamctl.yml by looking at the project.")

    @OptionGroup var options: PlatformOptions
    @Flag(help: "Print it instead of writing it.") var print = false
    @Argument(help: "The project's folder.") var directory = "."

    func run() async throws {
        let surroundings = Surroundings.current()
        let terminal = Terminal(noColour: surroundings.noColour)
        let folder = URL(fileURLWithPath: directory, relativeTo: URL(fileURLWithPath: surroundings.directory)).standardizedFileURL
            .path
        let survey = ProjectSurvey(of: folder)
        guard !survey.tools.isEmpty else {
            throw CommandFailure(
                "no_project", "\(folder) holds no project: no mix.exs, no rebar.config",
                hint: "beamctl init <the project's folder>")
        }
        let template = survey.template
        if print { return terminal.print(template.text) }
        let path = folder + "/" + Manifest.fileName
        guard try FileManager.default.createFile(atPath: path, excluding: template.text) else {
            throw CommandFailure(
                "exists", "\(path) is there already, and is left as it is", hint: "beamctl init --print \(directory)")
        }
        template.findings.forEach { terminal.say("  \($0)") }
        terminal.print("wrote \(path)")
        terminal.say("next: beamctl deploy\(directory == "." ? "" : " \(directory)")\(options.suffix)")
    }
}

extension FileManager {
    /// Writes a file that must not be there yet; returns false when it is. Throws what the file system says.
    fileprivate func createFile(atPath path: String, excluding text: String) throws -> Bool {
        if fileExists(atPath: path) { return false }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: [.withoutOverwriting])
        return true
    }
}
