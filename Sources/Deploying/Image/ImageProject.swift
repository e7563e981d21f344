public import FleetModel
import Foundation
public import ImageBuild
public import OCIImage

/// What images of a project's releases say, and what they are made on: from its manifest, its files and its repository.
public struct ImageProject: Sendable {
    private let directory: String
    private let spec: AppSpec
    private let environment: [String: String]

    /// Makes one.
    ///
    /// - Parameter environment: The user's, in which `SOURCE_DATE_EPOCH` may set the time of images (reproducible-builds.org).
    public init(directory: String, spec: AppSpec, environment: [String: String]) {
        (self.directory, self.spec, self.environment) = (directory, spec, environment)
    }

    /// What an image of a release says of itself.
    public func facts() async -> ImageFacts {
        let source = await SourceRevision.of(directory, environment: environment)
        let given = environment["SOURCE_DATE_EPOCH"].flatMap { Int($0) }.flatMap { (0...253_402_300_799).contains($0) ? $0 : nil }
        let serving = spec.processes.sorted { $0.key < $1.key }.compactMap { $0.value.http?.port }
        return ImageFacts(
            app: spec.app, httpPort: spec.processes[AppSpec.plainProcess]?.http?.port ?? serving.first,
            // What is not committed is in no commit.
            commit: source.isDirty ? nil : source.commit,
            createdSeconds: given ?? (source.isDirty ? nil : source.commitSeconds) ?? 0, source: source.remote,
            labels: spec.image.labels, ownApplications: ProjectSurvey(of: directory).ownApplications)
    }

    /// The base that a release runs on.
    ///
    /// - Parameter given: What the command line says, relative to the present folder.
    public func base(given: String?, from folder: String) throws(OCIError) -> BaseSource {
        if let given { return try BaseSource(given, relativeTo: folder) }
        if let named = spec.image.runnerBase { return try BaseSource(named, relativeTo: directory) }
        return try BaseSource(StandardBase.here(), relativeTo: directory)
    }

    /// What an image of a release is called: the command line's name, else the manifest's, else the app's; with the release's version
    /// where no tag is named.
    public func name(given: String?, version: String) throws(OCIError) -> ImageReference {
        var name = try ImageReference(given ?? spec.image.name ?? spec.app)
        if name.tag == nil, name.digest == nil { name.tag = Self.tag(version) }
        return name
    }

    /// `+`, which versions have before what was built in, stands in no tag.
    private static func tag(_ version: String) -> String {
        let plain = version.unicodeScalars.map { scalar -> Character in
            let isFine =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "._-".unicodeScalars.contains(scalar))
            return isFine ? Character(scalar) : "-"
        }
        return String(String(plain).drop { "._-".contains($0) }.prefix(128))
    }
}
