import FleetModel

extension Manifest {
    /// The app's name alone. The rest of the manifest need not be right, and no variable need be set but those in the name.
    ///
    /// - Parameters:
    ///   - path: The manifest's file.
    ///   - environment: The environment that is meant; nil for none.
    ///   - variables: What `${env:NAME}` stands for in the name: the user's environment.
    ///
    /// Throws ``ManifestError`` when the file cannot be read, is no YAML, or has no such name or environment.
    public static func appName(
        path: String, environment: String? = nil, variables: [String: String] = [:]
    ) throws(ManifestError) -> String {
        let text = try TextFile.text(of: path, longest: longestText)
        return try appName(in: text, file: path, environment: environment, variables: variables)
    }

    /// The app's name alone, from a manifest's text; otherwise as ``appName(path:environment:variables:)``.
    public static func appName(
        in text: String, file: String = fileName, environment: String? = nil, variables: [String: String] = [:]
    ) throws(ManifestError) -> String {
        let root = try tree(text, file: file)
        var part: ManifestPart?
        if let environment {
            let environments = ManifestEnvironments(of: root)
            part = environments.part(environment)
            guard part != nil else { throw ManifestError(file: file, problems: [environments.unknown(environment)]) }
        }
        var checker = ManifestChecker(references: .looked(in: variables))
        let name = checker.checkName(in: root.map { root in part?.merged(into: root) ?? root }, part: part)
        guard checker.problems.isEmpty else { throw ManifestError(file: file, problems: checker.problems) }
        return name
    }
}

extension ManifestChecker {
    /// The name at the top; what is wrong with it is written down.
    fileprivate mutating func checkName(in root: ManifestNode?, part: ManifestPart?) -> String {
        guard let root, root.pairs != nil, let key = ManifestTable.keys.first(where: { $0.name == "app" }) else {
            _ = check(root)
            return ""
        }
        guard let pair = root.pair(key.name) else {
            note(.missing, at: nil, path: key.name, "is missing: give the app a name")
            return ""
        }
        guard case .text(let app)? = value(pair.value, key.shape, path: key.name) else { return "" }
        guard let part else { return app }
        let name = part.app(app)
        if let problem = ManifestEnvironments.problem(withName: part.name) {
            note(.badValue, at: part.key, path: part.path, "the name \(problem)")
        } else if !part.namesApp {
            checkName(name, of: part)
        }
        return name
    }
}
