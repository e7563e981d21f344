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

    /// The namespace where the command line names none: the manifest's is one of a cluster.
    var namespace: String {
        if case .kubernetes = name { return manifest.namespace ?? AppKey.defaultNamespace }
        return AppKey.defaultNamespace
    }

    /// `--on`, or `BEAMCTL_ON`, or what the manifest says, or this machine.
    ///
    /// - Parameter subject: The argument that names an app or a project's folder.
    static func make(_ options: PlatformOptions, _ subject: String?, _ surroundings: Surroundings) throws -> PlatformChoice {
        let manifest = manifest(of: subject, options, surroundings)
        let asked = try surroundings.platform(options)
        let name = asked ?? (manifest.kind == .kubernetes ? .kubernetes : .local)
        return PlatformChoice(name: name, manifest: manifest, context: options.context ?? manifest.context)
    }

    /// What the manifest says in the folder that is meant, or in that of the project here when its app is meant.
    private static func manifest(of subject: String?, _ options: PlatformOptions, _ surroundings: Surroundings) -> PlatformSpec {
        let folder = subject.flatMap { AppName.isDirectory($0) ? $0 : nil }
        guard let project = try? AppName.project(folder, in: surroundings) else { return PlatformSpec() }
        let path = project + "/" + Manifest.fileName
        if let subject, folder == nil {
            // The app of another project runs where that says.
            guard (try? Manifest.appName(path: path)) == subject else { return PlatformSpec() }
        }
        return Manifest.platform(path: path, environment: options.environment)
    }
}
