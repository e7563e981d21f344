/// An environment of the manifest (staging, production) that was chosen. Its keys are merged into the app; only its variables
/// are kept apart, as a layer of their own above the app's and its processes' variables.
public struct EnvironmentSpec: Hashable, Codable, Sendable {
    /// Its name, a DNS label of at most ``longestName`` characters.
    public var name: String
    /// Variables of every process; win over the app's and over each process's own.
    public var env: [String: String]
    /// Variables of single processes, by the process's name; win over ``env``.
    public var processes: [String: [String: String]]

    /// How long a name may be, in characters: it stands behind the app's name.
    public static let longestName = 20

    /// Makes one; without variables unless told otherwise.
    public init(name: String, env: [String: String] = [:], processes: [String: [String: String]] = [:]) {
        self.name = name
        self.env = env
        self.processes = processes
    }
}
