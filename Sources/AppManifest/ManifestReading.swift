public import FleetModel

/// What a manifest says, and where it says so.
public struct ManifestReading: Hashable, Sendable {
    /// The app.
    public var spec: AppSpec
    /// The lines of the keys that are given, from 1, by their path: `replicas`, `env.NAME`, `processes.web.env.NAME`,
    /// `environments.staging.env.NAME`. A key that the chosen environment gives has its path at the top and its line there;
    /// only an environment's variables keep theirs, as they are a layer of their own.
    public var lines: [String: Int]

    /// Makes one.
    public init(spec: AppSpec, lines: [String: Int]) {
        self.spec = spec
        self.lines = lines
    }
}
