import AppManifest
import FleetModel
import Foundation

/// Which app, or which project, an argument means.
enum AppName {
    private static let manifest = Manifest.fileName

    /// An argument with a slash, or `.`, is a folder; everything else is an app's name.
    static func isDirectory(_ argument: String) -> Bool {
        argument == "." || argument == ".." || argument.contains("/")
    }

    /// The app that an argument names; without one, that of the project that the present folder is in.
    static func resolve(_ argument: String?, _ options: PlatformOptions, in session: Session) throws -> AppKey {
        if let argument, !isDirectory(argument) {
            if let problem = DNSLabel.problem(with: argument) {
                throw CommandFailure(
                    "invalid_request", "the app's name '\(argument)' \(problem)", exitCode: CommandFailure.Exit.usage)
            }
            return AppKey(namespace: session.namespace(options), app: EnvironmentSpec.appName(argument, in: options.environment))
        }
        let path = try project(argument, in: session.surroundings) + "/" + manifest
        return AppKey(
            namespace: session.namespace(options), app: try Manifest.appName(path: path, environment: options.environment))
    }

    /// Whether the first of several words is an app's name or a folder, not a variable's name: in a project it may be left out, and
    /// variables are seldom named in lower case.
    static func isApp(_ word: String) -> Bool {
        isDirectory(word) || DNSLabel.problem(with: word) == nil
    }

    /// The folder of the project that an argument means, or that the present folder is in.
    static func project(_ argument: String?, in surroundings: Surroundings) throws -> String {
        let base = URL(fileURLWithPath: surroundings.directory)
        if let argument {
            let folder = URL(fileURLWithPath: argument, relativeTo: base).standardizedFileURL.path
            guard FileManager.default.fileExists(atPath: folder + "/" + manifest) else { throw noManifest(in: folder, argument) }
            return folder
        }
        var folder = base.standardizedFileURL
        while true {
            if FileManager.default.fileExists(atPath: folder.path + "/" + manifest) { return folder.path }
            let above = folder.deletingLastPathComponent()
            if above.path == folder.path { break }
            folder = above
        }
        throw CommandFailure(
            "no_manifest", "no app is named, and there is no \(manifest) in \(surroundings.directory) or above it",
            hint: "beamctl init, or name the app: beamctl list shows what there is")
    }

    private static func noManifest(in folder: String, _ argument: String) -> CommandFailure {
        guard FileManager.default.fileExists(atPath: folder) else {
            return CommandFailure("no_manifest", "there is no folder \(folder)")
        }
        let below = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().filter {
            FileManager.default.fileExists(atPath: "\(folder)/\($0)/\(manifest)")
        }
        return CommandFailure(
            "no_manifest", "there is no \(manifest) in \(folder)",
            hint: below.isEmpty
                ? "beamctl init \(argument)"
                : "a folder below it: \(below.prefix(3).map { "\(argument)/\($0)" }.joined(separator: ", "))")
    }

    /// The folder of the project that is to be deployed. An app's name means the project that the present folder is in, when that
    /// is its app, or else a folder of that name.
    static func projectToDeploy(_ argument: String?, in surroundings: Surroundings) throws -> String {
        guard let argument, !isDirectory(argument) else { return try project(argument, in: surroundings) }
        if let here = try? project(nil, in: surroundings), try Manifest.appName(path: here + "/" + manifest) == argument {
            return here
        }
        guard let folder = try? project("./" + argument, in: surroundings) else {
            throw CommandFailure(
                "no_manifest", "'\(argument)' is neither the app of the project here nor a folder with a \(manifest)",
                hint: "beamctl deploy <the project's folder>")
        }
        return folder
    }
}
