import BeamRelease
import Deploying
import FleetModel
import ImageBuild
import OCIImage

/// Makes the image of a release, and puts it into the registry that the cluster reads it from.
struct RegistryImageJob {
    let session: Session
    let report: StepReport
    let folder: String
    let spec: AppSpec

    /// Throws ``CommandFailure`` when no registry is named: before anything is built.
    func check() throws {
        guard spec.image.name != nil else {
            throw CommandFailure(
                "invalid_request", "a cluster reads images from a registry, and image.name in beamctl.yml names none",
                hint: "image: {name: registry.example.com/team/\(spec.app)}, or beamctl deploy --image REFERENCE")
        }
    }

    /// Makes and pushes the image. Returns its name, with the digest that the registry has it under.
    func make(_ release: Release) async throws -> String {
        let job = ImageJob(
            session: session, work: try ImageWork(session), report: report, folder: folder, spec: spec, base: nil)
        let built = try await job.build(release, platform: nil)
        if let problem = built.view.problems.first {
            throw CommandFailure(
                "incompatible_base", "the release cannot run on its base: \(problem)",
                hint: "image.runner_base names another; beamctl build shows what fits")
        }
        let name = try job.images.name(given: nil, version: release.version)
        return try await job.finish([built], as: name, output: nil, push: true).reference
    }
}
