/// The text of a new manifest, as `beamctl init` writes it: what is known of the project, and what is worth to be thought about
/// behind a comment mark.
public struct ManifestTemplate: Hashable, Sendable {
    /// The app's name.
    public var app: String
    /// How many replicas it begins with.
    public var replicas: Int
    /// Whether the app serves HTTP.
    public var servesHTTP: Bool
    /// The tool, where the project's files show more than one; else nil.
    public var tool: String?
    /// The release, where the project defines several; else nil.
    public var release: String?
    /// Where the app tells whether it is well, as far as is known; what is only a guess.
    public var health: String
    /// What is to be run once for each deploy, such as migrations; empty: nothing is known.
    public var releaseCommand: [String]
    /// Variables that the project reads and that have no value yet, in order.
    public var variables: [String]
    /// Those of them that nobody should read in a file.
    public var secrets: [String]
    /// What was seen in the project, a line each, for the comment at the top.
    public var findings: [String]

    /// Makes one.
    public init(
        app: String, replicas: Int = 2, servesHTTP: Bool = false, tool: String? = nil, release: String? = nil,
        health: String = "/health", releaseCommand: [String] = [], variables: [String] = [], secrets: [String] = [],
        findings: [String] = []
    ) {
        self.app = app
        self.replicas = replicas
        self.servesHTTP = servesHTTP
        self.tool = tool
        self.release = release
        self.health = health
        self.releaseCommand = releaseCommand
        self.variables = variables
        self.secrets = secrets
        self.findings = findings
    }

    /// The manifest. It is valid as it stands.
    public var text: String {
        var lines = findings.map { "# \($0)" }
        lines += ["app: \(app)", "replicas: \(replicas)"]
        let build = [tool.map { "  tool: \($0)" }, release.map { "  release: \($0)" }].compactMap { $0 }
        if !build.isEmpty { lines += ["build:"] + build }
        lines += servesHTTP ? ["http:", "  port: 4000", "  # health: \(health)"] : ["# http: 4000"]
        if !releaseCommand.isEmpty { lines.append("release_command: \(releaseCommand.joined(separator: " "))") }
        if !variables.isEmpty {
            lines += ["# Read by the project; give those that it needs:", "# env:"] + variables.map { "#   \($0): \"\"" }
        }
        if !secrets.isEmpty {
            lines += [
                "# Secrets that it reads; set each: beamctl secrets set NAME", "# secrets: [\(secrets.joined(separator: ", "))]",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
