public import FleetModel

extension Manifest {
    /// Where an app runs, alone. The rest of the manifest need not be right, and is not looked at: whoever reads all of it tells what is
    /// wrong.
    ///
    /// - Parameters:
    ///   - path: The manifest's file.
    ///   - environment: The environment that is meant; nil for none.
    ///
    /// Returns the standard platform where the file says nothing that is understood.
    public static func platform(path: String, environment: String? = nil) -> PlatformSpec {
        guard let text = try? TextFile.text(of: path, longest: longestText), let root = try? tree(text, file: path) else {
            return PlatformSpec()
        }
        let part = environment.flatMap { ManifestEnvironments(of: root).part($0) }
        let whole = part?.merged(into: root) ?? root
        let kind = whole["on"]?.text.flatMap(PlatformSpec.Kind.init) ?? .local
        return PlatformSpec(kind: kind, context: whole["context"]?.text, namespace: whole["namespace"]?.text)
    }
}
