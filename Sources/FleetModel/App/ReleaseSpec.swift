/// What beamctl does beside the release's own start script.
public struct ReleaseSpec: Hashable, Codable, Sendable {
    /// Who wins where both beamctl and the release's `env.sh` set a variable.
    public enum EnvironmentScript: String, Hashable, Codable, Sendable, CaseIterable {
        /// The environment that beamctl gives.
        case ours
        /// What the project's `env.sh` exports.
        case theirs
    }

    /// Whether `${NAME}` is replaced in the release's configuration files, as `REPLACE_OS_VARS` asks for; nil when the
    /// manifest does not say.
    public var replacesVariables: Bool?
    /// Who wins where both beamctl and the release's `env.sh` set a variable.
    public var environmentScript: EnvironmentScript

    /// Makes a description; what is left out has the manifest's defaults.
    public init(replacesVariables: Bool? = nil, environmentScript: EnvironmentScript = .ours) {
        self.replacesVariables = replacesVariables
        self.environmentScript = environmentScript
    }
}
