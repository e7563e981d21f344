import BeamRelease

/// Where things lie in an image, whichever builder makes it, and how a container of it runs.
enum ImagePaths {
    /// The release.
    static let release = "/app"
    /// What beamctl adds.
    static let beamctl = "/beamctl"
    static let entrypoint = "\(beamctl)/entrypoint"
    /// Libraries that the base lacks.
    static let libraries = "\(beamctl)/lib"
    /// `nobody` and `nogroup` of Debian, as numbers: Kubernetes checks that they are not 0, and knows no names.
    static let user = "65534:65534"
}

extension Release {
    /// The command that an image runs when it is told nothing else.
    var imageCommand: [String] { tool == .mix ? ["start"] : ["foreground"] }

    /// The file `/beamctl/release`, by which the entrypoint knows the release.
    var imageFacts: String { "name=\(name)\ntool=\(tool.rawValue)\nversion=\(version)\n" }
}
