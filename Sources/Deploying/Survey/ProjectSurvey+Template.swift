public import AppManifest
import FleetModel

extension ProjectSurvey {
    /// The manifest that fits the project, for `beamctl init`.
    public var template: ManifestTemplate {
        let tool = tools.first
        let releases = tool.flatMap { self.releases[$0] } ?? []
        let name = releases.first ?? application ?? directory.split(separator: "/").last.map(String.init) ?? "app"
        // PORT is every replica's own, and beamctl makes a SECRET_KEY_BASE where none is given.
        let wanted = requiredVariables.filter { !["PORT", "SECRET_KEY_BASE"].contains($0) }
        return ManifestTemplate(
            app: Self.label(name), servesHTTP: usesPhoenix || requiredVariables.contains("PORT"),
            tool: tools.count > 1 ? tool?.rawValue : nil, release: releases.count > 1 ? releases.first : nil,
            health: usesPhoenix ? "/" : "/health", releaseCommand: migrates ? ["bin/migrate"] : [],
            variables: wanted.filter { !Self.isSecret($0) }, secrets: wanted.filter(Self.isSecret), findings: findings)
    }

    /// Whether a variable's name says that its value is for nobody's eyes.
    private static func isSecret(_ name: String) -> Bool {
        ["SECRET", "PASSWORD", "PASSWD", "TOKEN", "API_KEY", "PRIVATE_KEY", "CREDENTIAL", "DATABASE_URL", "_DSN"]
            .contains { name.contains($0) }
    }

    private var findings: [String] {
        var findings: [String] = []
        if isUmbrella { findings.append("an umbrella project") }
        if usesPhoenix { findings.append("a Phoenix project: it listens on PORT, which every replica gets") }
        if findsPeersItself {
            findings.append("finds its peers itself through DNS_CLUSTER_QUERY or libcluster; the agent does no harm beside it")
        }
        for (tool, names) in releases.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where names.count > 1 {
            findings.append("\(tool.rawValue) defines several releases: \(names.joined(separator: ", "))")
        }
        return findings
    }

    /// The nearest name that is one for an app.
    static func label(_ name: String) -> String {
        let dashed = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let trimmed = dashed.drop { !$0.isLetter }.prefix(DNSLabel.longestAppName).reversed().drop { $0 == "-" }.reversed()
        let label = String(trimmed)
        return DNSLabel.problem(with: label) == nil ? label : "app"
    }
}
