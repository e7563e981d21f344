import AppManifest
import BeamRelease
import Deploying
import FleetModel

/// A release and what it would be given: a project's, or a deployed app's.
struct ConfigSubject {
    var check: ConfigCheck
    /// The release as the platform keeps it.
    let stored: StoredRelease

    /// Finds what an argument means: a folder is a project, a name a deployed app, nothing the project that the present folder is in.
    static func find(_ argument: String?, _ options: PlatformOptions, in session: Session) async throws -> ConfigSubject {
        if let argument, !AppName.isDirectory(argument) {
            return try await deployed(try AppName.resolve(argument, options, in: session), session)
        }
        let folder = try AppName.project(argument, in: session.surroundings)
        return try await project(folder, options, session)
    }

    private static func deployed(_ key: AppKey, _ session: Session) async throws -> ConfigSubject {
        let revision = try await session.platform.status(of: key).revision
        let folder =
            switch try await session.platform.releaseIntake() {
            case .directory(let folder): folder
            }
        let settings = try await session.platform.settings(of: key).settings
        let check = ConfigCheck(
            release: try Release.read(at: "\(folder)/\(revision.release.digest)"), spec: revision.spec, namespace: key.namespace,
            settings: settings, manifest: "the manifest of revision \(revision.number)")
        return ConfigSubject(check: check, stored: revision.release)
    }

    private static func project(_ folder: String, _ options: PlatformOptions, _ session: Session) async throws -> ConfigSubject {
        let reading = try Manifest.loadReading(
            path: folder + "/" + Manifest.fileName, environment: options.environment, variables: session.surroundings.environment)
        let deployer = Deployer(
            platform: session.platform, shelf: session.shelf, project: folder, namespace: options.namespace, spec: reading.spec,
            environment: session.surroundings.environment)
        let release: Release
        do {
            release = try await deployer.release(building: false)
        } catch let error as BuildError where error.code == .notBuilt {
            session.terminal.say("nothing is built yet: building")
            release = try await deployer.release(building: true)
        }
        let key = AppKey(namespace: options.namespace, app: reading.spec.app)
        let settings = try await session.platform.settings(of: key).settings
        let check = ConfigCheck(
            release: release, spec: reading.spec, namespace: key.namespace, settings: settings, lines: reading.lines)
        return ConfigSubject(check: check, stored: try await deployer.keep(release))
    }

    /// What came of a trial.
    struct Tried {
        /// What the release says of itself.
        var reads: RuntimeReads?
        /// Why it does not boot, in words.
        var failure: ConfigFailure?
        /// Why it was not booted.
        var problem: String?
    }

    /// Boots the release, unless the manifest asks for no such thing. Throws only `CancellationError`.
    func tried(on platform: any Platform) async throws -> Tried {
        let request = PreflightRequest(namespace: check.namespace, spec: check.spec, release: stored)
        do {
            let reads = try await ConfigTrialRun(platform: platform).run(request, boots: check.spec.config.preflight)
            return Tried(reads: reads)
        } catch let failure as ConfigFailure {
            try Task.checkCancellation()
            return Tried(reads: failure.reads, failure: failure)
        } catch {
            try Task.checkCancellation()
            return Tried(problem: "\(error)")
        }
    }
}
