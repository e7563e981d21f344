import AppManifest
import FleetModel

/// The platform that a command line means, with what the manifest says of it.
struct PlatformChoice {
    /// The platform.
    var name: PlatformName
    /// What the manifest of the project says of where it runs; nothing without a project.
    var manifest: PlatformSpec
    /// The context of the kubeconfig.
    var context: String?
    /// Whether the manifest has chosen it: nobody said so in the command.
    var isManifests = false

    /// The namespace where the command line names none: the manifest's is one of a cluster.
    var namespace: String {
        if case .kubernetes = name { return manifest.namespace ?? AppKey.defaultNamespace }
        return AppKey.defaultNamespace
    }

    /// `--on`, or `BEAMCTL_ON`, or what the manifest says, or this machine.
    ///
    /// - Parameters:
    ///   - subject: The argument that names an app or a project's folder.
    ///   - isOfProject: Whether a project is meant at all.
    static func make(
        _ options: PlatformOptions, _ subject: String?, isOfProject: Bool, _ surroundings: Surroundings
    ) throws -> PlatformChoice {
        let manifest = isOfProject ? manifest(of: subject, options, surroundings) : PlatformSpec()
        let asked = try surroundings.platform(options)
        let name = asked ?? (manifest.kind == .kubernetes ? .kubernetes : .local)
        return PlatformChoice(
            name: name, manifest: manifest, context: options.context ?? manifest.context,
            isManifests: asked == nil && manifest.kind == .kubernetes)
    }

    /// What the manifest says of the project that is meant: that which a deploy of the same argument would take, or else the project that
    /// the present folder is in, whichever app is named.
    private static func manifest(of subject: String?, _ options: PlatformOptions, _ surroundings: Surroundings) -> PlatformSpec {
        let meant = try? AppName.projectToDeploy(subject, in: surroundings)
        guard let project = meant ?? (try? AppName.project(nil, in: surroundings)) else { return PlatformSpec() }
        return Manifest.platform(path: project + "/" + Manifest.fileName, environment: options.environment)
    }
}
