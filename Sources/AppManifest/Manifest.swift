public import FleetModel

/// `beamctl.yml`: the description of an app.
public enum Manifest {
    /// The name that is looked for in a project.
    public static let fileName = "beamctl.yml"
    /// How many bytes a manifest may have, and how many the variables may put into it.
    public static let longestText = 1 << 20

    /// What a manifest says, with every default filled in. All problems are told at once, unless the text is no YAML.
    ///
    /// - Parameters:
    ///   - text: The manifest; YAML 1.2's core schema, one document.
    ///   - file: Its file's name, for the errors.
    ///   - environment: The environment whose settings are laid over the rest; nil for none.
    ///   - variables: What `${env:NAME}` stands for: the user's environment.
    ///
    /// Throws ``ManifestError`` with every problem, its line, its column and its key.
    public static func read(
        _ text: String, file: String = fileName, environment: String? = nil, variables: [String: String] = [:]
    ) throws(ManifestError) -> AppSpec {
        try reading(text, file: file, environment: environment, variables: variables).spec
    }

    /// What the manifest in a file says.
    ///
    /// Throws ``ManifestError`` as ``read(_:file:environment:variables:)`` does, and when the file cannot be read, is too long or
    /// is no UTF-8.
    public static func load(
        path: String, environment: String? = nil, variables: [String: String] = [:]
    ) throws(ManifestError) -> AppSpec {
        try loadReading(path: path, environment: environment, variables: variables).spec
    }

    /// What a manifest says, and in which lines; otherwise as ``read(_:file:environment:variables:)``.
    public static func reading(
        _ text: String, file: String = fileName, environment: String? = nil, variables: [String: String] = [:]
    ) throws(ManifestError) -> ManifestReading {
        let root = try tree(text, file: file)
        return try ManifestReader(root: root, chosen: environment, variables: variables).read(file: file)
    }

    /// What the manifest in a file says, and in which lines; otherwise as ``load(path:environment:variables:)``.
    public static func loadReading(
        path: String, environment: String? = nil, variables: [String: String] = [:]
    ) throws(ManifestError) -> ManifestReading {
        let text = try TextFile.text(of: path, longest: longestText)
        return try reading(text, file: path, environment: environment, variables: variables)
    }

    /// The tree of a manifest's text; nil for an empty one.
    static func tree(_ text: String, file: String) throws(ManifestError) -> ManifestNode? {
        do throws(ManifestProblem) {
            return try ManifestNode.parse(text)
        } catch {
            throw ManifestError(file: file, problems: [error])
        }
    }
}
