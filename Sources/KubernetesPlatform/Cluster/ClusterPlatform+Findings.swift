import FleetModel
import KubernetesClient

/// One thing that was looked at in a cluster.
public struct ClusterFinding: Hashable, Sendable {
    /// What it is about.
    public var name: String
    /// Whether it is as it should be.
    public var isFine: Bool
    /// Whether nothing can be deployed without it.
    public var isNeeded: Bool
    /// What was found.
    public var text: String
    /// What mends it.
    public var mend: String?
}

extension ClusterPlatform {
    /// The oldest release that is supported: 1.27.
    private static let oldestMinor = 27

    /// What a cluster has and lacks of what a deploy into a namespace needs.
    public func findings(in namespace: String) async -> [ClusterFinding] {
        var findings: [ClusterFinding] = []
        func note(_ name: String, _ isFine: Bool, _ text: String, _ mend: String? = nil, isNeeded: Bool = true) {
            findings.append(ClusterFinding(name: name, isFine: isFine, isNeeded: isNeeded, text: text, mend: isFine ? nil : mend))
        }
        do {
            let version = try await client.version()
            let isSupported = version.major == 1 && version.minor >= Self.oldestMinor
            note("API server", true, "\(place), \(version.text)")
            if !isSupported {
                note(
                    "version", false, "\(version.text) is older than 1.\(Self.oldestMinor), the oldest that is supported",
                    "a newer cluster",
                    isNeeded: false)
            }
            do {
                let there = try await object(.namespaces, namespace, in: "")
                note(
                    "namespace", there != nil, there == nil ? "there is no '\(namespace)'" : namespace,
                    "kubectl create namespace \(namespace)")
                // Of a namespace that is not there nothing more can be told.
                guard let there else { return findings }
                let level = there.labels["pod-security.kubernetes.io/enforce"] ?? "privileged"
                note("Pod Security", true, "\(level) is enforced; pods of beamctl's pass restricted, the strictest")
            } catch let error as KubernetesError where error.code == .forbidden {
                // Who may work in a namespace need not be allowed to look at it.
                note("namespace", true, "\(namespace); whether it is there may not be asked")
            }
            let missing = try await client.missing(Permissions.deploying(in: namespace))
            note(
                "permissions", missing.isEmpty,
                missing.isEmpty ? "all that a deploy needs" : "may not \(Permissions.summary(missing))",
                "ask whoever runs the cluster for these rights")
        } catch {
            let error = PlatformError.translating(error)
            note("API server", false, "\(place): \(error)", (error as? PlatformError)?.hint)
        }
        return findings
    }
}
