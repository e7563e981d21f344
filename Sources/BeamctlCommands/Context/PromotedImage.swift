import BeamRelease
import Deploying
import FleetModel
import ImageBuild
import KubernetesPlatform
import OCIImage
import OCIRegistry

/// An image that is deployed as it is: what is known of the release in it comes from its labels or, where the registry is not to be
/// read from here, from the project.
struct PromotedImage {
    let session: Session
    let report: StepReport
    let folder: String
    let spec: AppSpec

    /// The release in an image. Throws ``CommandFailure`` for a name that is none, or a platform that runs no images.
    func release(_ text: String) async throws -> StoredRelease {
        guard try await session.platform.releaseIntake() == .registry else {
            throw CommandFailure(
                "invalid_request", "--image is for Kubernetes: here replicas run from a release",
                hint: "beamctl deploy --on kubernetes --image \(text)", exitCode: CommandFailure.Exit.usage)
        }
        var reference = try ImageReference(text)
        if reference.tag == nil, reference.digest == nil { reference.tag = ImageReference.standardTag }
        report.progress("image", reference.familiar)
        let known = await known(of: reference)
        let labels = known?.labels
        // A tag may mean another image tomorrow, and what is deployed is one.
        reference.digest = reference.digest ?? known?.digest
        let facts = ProjectSurvey(of: folder).releaseFacts(spec)
        let name = labels?["com.beamctl.release"] ?? facts.name
        let version = labels?[ImageFacts.versionLabel] ?? reference.tag ?? facts.version ?? "0"
        let description = ReleaseDescription(
            tool: facts.application == nil && labels?["com.beamctl.elixir"] == nil ? .rebar3 : .mix, name: name, version: version,
            erts: "", otp: labels?["com.beamctl.otp"] ?? "", elixir: labels?["com.beamctl.elixir"],
            applications: facts.application.map { [$0: version] } ?? [:])
        report.done("image", reference.familiar)
        if labels == nil {
            report.note("  its registry does not show its labels here: the release's name is taken from the project: \(name)")
        }
        if reference.digest == nil {
            report.note("  a tag may mean another image tomorrow: \(reference.name)@sha256:… always means this one")
        }
        let digest = reference.digest ?? Digest.of(Array(reference.familiar.utf8))
        return StoredRelease(
            description: description, digest: "\(digest)".split(separator: ":").last.map(String.init) ?? "",
            image: reference.familiar)
    }

    private struct Known {
        let digest: Digest
        let labels: [String: String]
    }

    /// What its registry says of the image; nil where that cannot be read from here.
    private func known(of reference: ImageReference) async -> Known? {
        guard let work = try? ImageWork(session) else { return nil }
        return try? await withThrowingTaskGroup(of: Known?.self) { group in
            group.addTask {
                let (digest, config) = try await work.registry.configuration(of: reference, for: .here, through: work.store)
                return Known(digest: digest, labels: config.config?.labels ?? [:])
            }
            group.addTask {
                try await Task.sleep(for: .seconds(5))
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
