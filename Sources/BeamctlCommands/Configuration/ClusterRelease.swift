import BeamRelease
import Deploying
import FleetModel
import Foundation
import KubernetesPlatform

/// What is known of a configuration in a cluster, where the release lies in its image alone.
struct ClusterRelease {
    let cluster: ClusterPlatform

    /// The release that is deployed, read from the files that a pod of it shows. Its root is not there any more afterwards.
    func release(of key: AppKey) async throws -> Release {
        let files = try await cluster.releaseFiles(of: key)
        let root = FileManager.default.temporaryDirectory.appending(path: "beamctl-release-\(RequestID.fresh())").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (path, bytes) in files {
            let place = "\(root)/\(path)"
            try FileManager.default.createDirectory(
                atPath: URL(fileURLWithPath: place).deletingLastPathComponent().path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            guard FileManager.default.createFile(atPath: place, contents: Data(bytes)) else {
                throw CommandFailure("file", "cannot write \(place)")
            }
        }
        return try Release.read(at: root)
    }

    /// Has a check know what pods are given beside what the user gives.
    func complete(_ check: inout ConfigCheck) async throws {
        let release = check.release
        check.platform = try PodVariables.given(
            check.spec, release: ReleaseFacts(ReleaseDescription(release)), tool: ReleaseDescription(release).tool,
            namespace: check.namespace)
        check.elsewhere = try await cluster.variables(ofSecrets: check.spec.secretsFrom, in: check.namespace)
        // The image's entrypoint fills in what the manifest leaves to the tool elsewhere.
        check.spec.config.renderer = .beamctl
    }
}
