/// How the release's configuration is rendered, and whether it is tried before a deploy.
public struct ConfigSpec: Hashable, Codable, Sendable {
    /// Who replaces the variables in `sys.config` and `vm.args`.
    public enum Renderer: String, Hashable, Codable, Sendable, CaseIterable {
        /// beamctl, before the release is started: one pass, and an unset variable is an error.
        case beamctl
        /// The release's own start script, with all that it does.
        case native
    }

    /// Who replaces the variables.
    public var renderer: Renderer
    /// Whether the configuration is tried before a replica is touched.
    public var preflight: Bool

    /// Makes a description; what is left out has the manifest's defaults.
    public init(renderer: Renderer = .beamctl, preflight: Bool = true) {
        self.renderer = renderer
        self.preflight = preflight
    }
}
