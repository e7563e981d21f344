import AppManifest
import ArgumentParser
import Deploying
import FleetModel
import KubernetesPlatform
import OCIImage

/// `beamctl render kubernetes [APP|DIR]`.
struct RenderKubernetesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kubernetes", abstract: "Print the objects of Kubernetes that an app runs as.",
        discussion: """
            The same manifest gives the same bytes, in the order in which they are applied: kubectl apply -f - takes them. No cluster is
            asked, and nothing is built. Secrets are never printed: the first lines say which have to be there, and how to make them.
            """)

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions
    @Option(
        help: ArgumentHelp(
            "The image, with a tag or a digest. (default: image.name, with the release's version)", valueName: "reference"))
    var image: String?
    @OptionGroup var server: ServerVersionOptions
    @Argument(help: "The project's folder, or its app's name.") var project: String?

    func run() async throws {
        let surroundings = Surroundings.current()
        let terminal = Terminal(noColour: surroundings.noColour)
        let folder = try AppName.projectToDeploy(project, in: surroundings)
        let path = folder + "/" + Manifest.fileName
        let spec = try Manifest.loadReading(
            path: path, environment: options.environment, variables: surroundings.environment
        ).spec
        let rendered = try objects(spec, folder, surroundings, path)
        for warning in rendered.warnings { terminal.say("warning: \(warning)") }
        if format.json {
            terminal.print(KubernetesText.json(rendered))
        } else {
            terminal.print(String(KubernetesText.yaml(rendered, namespace: namespace(spec)).dropLast()))
        }
    }

    /// The command line's namespace, or the manifest's.
    private func namespace(_ spec: AppSpec) -> String {
        options.givenNamespace ?? spec.platform.namespace ?? AppKey.defaultNamespace
    }

    private func objects(
        _ spec: AppSpec, _ folder: String, _ surroundings: Surroundings, _ path: String
    ) throws -> AppObjects {
        let facts = ProjectSurvey(of: folder).releaseFacts(spec)
        let images = ImageProject(directory: folder, spec: spec, environment: surroundings.environment)
        let name = try images.name(given: image, version: facts.version ?? ImageReference.standardTag)
        let request = RenderingRequest(
            spec: spec, release: facts, image: name.familiar, namespace: namespace(spec),
            secrets: .references(env: "\(spec.app)-secrets", cookie: "\(spec.clusterName)-cookie"),
            served: server.served)
        do throws(RenderingError) {
            return try AppObjects.render(request)
        } catch {
            throw CommandFailure("invalid_manifest", "\(path): \(error)", hint: "beamctl render kubernetes --help")
        }
    }
}

extension ProjectSurvey {
    /// What the project's files show of the release that it makes.
    func releaseFacts(_ spec: AppSpec) -> ReleaseFacts {
        let tool = spec.build.tool ?? tools.first
        let defined = tool.flatMap { releases[$0] } ?? []
        let standard =
            defined.count == 1
            ? defined[0] : defined.first { $0.replacing("_", with: "-") == spec.app } ?? application ?? defined.first
        let name = spec.build.release ?? standard ?? spec.app.replacing("-", with: "_")
        return ReleaseFacts(
            name: name, version: version, application: application == name || ownApplications.contains(name) ? name : nil)
    }
}
