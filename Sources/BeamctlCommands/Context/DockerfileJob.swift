import AppManifest
import BeamRelease
import Deploying
import FleetModel
import ImageBuild

/// A Dockerfile for a project, rendered of the template that fits, or that is named.
struct DockerfileJob {
    let folder: String
    let spec: AppSpec
    let environment: [String: String]
    /// What the command line asks for.
    var options = Options()

    struct Options {
        var template: String?
        /// Instead of the manifest's `image.runner_base`.
        var base: String?
        var arguments: [String: String] = [:]
        var secrets: [String] = []
        var usesSSH = false
        var usesBuildKit = false
    }

    /// A Dockerfile, and what it was made of.
    struct Made {
        var text: String
        var facts: DockerfileFacts
        var template: DockerfileTemplate
        /// Whether the project's own template was used.
        var isOwn: Bool
    }

    var survey: DockerfileSurvey { DockerfileSurvey(directory: folder, spec: spec) }

    /// - Parameter release: One that is there already; nil: the Engine is to build it.
    func make(of release: Release?) async throws -> Made {
        let (survey, image) = (survey, await ImageProject(directory: folder, spec: spec, environment: environment).facts())
        let template = try chosen(release)
        var facts: DockerfileFacts
        if let release {
            let base = options.base ?? spec.image.runnerBase
            facts = survey.facts(of: release, image, runnerBase: base ?? StandardBase.here())
        } else {
            facts = try survey.facts(await ToolVersions.of(folder, environment: environment), image, environment: environment)
            facts.runnerBase = options.base ?? facts.runnerBase
        }
        facts.runnerBase = try BaseSource.nameForEngine(facts.runnerBase)
        facts.builderBase = try BaseSource.nameForEngine(facts.builderBase)
        facts.arguments = options.arguments.keys.sorted()
        facts.secrets = options.secrets
        facts.usesSSH = options.usesSSH
        facts.usesBuildKit = options.usesBuildKit
        facts.labels.merge(image.standardLabels) { given, _ in given }
        let version = release?.version ?? ProjectSurvey(of: folder).version
        if let version { facts.labels.merge([ImageFacts.versionLabel: version]) { given, _ in given } }
        let own = survey.ownText(of: template)
        return Made(text: try template.render(facts, own: own), facts: facts, template: template, isOwn: own != nil)
    }

    private func chosen(_ release: Release?) throws -> DockerfileTemplate {
        guard let name = options.template ?? (release == nil ? nil : "runner-only") else { return survey.template }
        let template = try DockerfileTemplate.asked(for: name)
        guard (template.name == "runner-only") == (release != nil) else {
            throw CommandFailure(
                "invalid_request",
                release == nil
                    ? "the template runner-only is for a release that is there already: add --release PATH, or --no-build"
                    : "the template \(name) builds a release, and one is given: leave it out, or take runner-only",
                exitCode: CommandFailure.Exit.usage)
        }
        return template
    }
}

extension DockerfileTemplate {
    /// The template that a user names.
    static func asked(for name: String) throws -> DockerfileTemplate {
        guard let template = named(name) else {
            throw CommandFailure(
                "invalid_request", "there is no template '\(name)'",
                hint: "beamctl templates: \(all.map(\.name).joined(separator: ", "))", exitCode: CommandFailure.Exit.usage)
        }
        return template
    }
}
