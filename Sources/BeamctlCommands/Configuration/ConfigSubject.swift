import AppManifest
import BeamRelease
import Deploying
import FleetModel

/// A release and what it would be given: a project's, or a deployed app's.
struct ConfigSubject {
    var check: ConfigCheck
    /// The release as the platform keeps it.
    let stored: StoredRelease
    /// What is to be changed of what is set beside the manifest; the check knows it already.
    var change = SettingsChange()
    /// How long a trial may take where a place for it has to be found first; nil: as long as is usual there.
    var limit: Duration?

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
        return try await deployed(key, revision, try await session.platform.settings(of: key).settings, session)
    }

    /// A revision, with these settings.
    private static func deployed(
        _ key: AppKey, _ revision: Revision, _ settings: Settings, _ session: Session
    ) async throws -> ConfigSubject {
        let release =
            if let cluster = session.cluster {
                try await ClusterRelease(cluster: cluster).release(of: key)
            } else {
                try await session.shelf.release(revision.release.digest)
            }
        var check = ConfigCheck(
            release: release, spec: revision.spec, namespace: key.namespace, settings: settings,
            manifest: "the manifest of revision \(revision.number)")
        check.isReleaseHere = session.connection == nil && session.cluster == nil
        try await session.complete(&check)
        return ConfigSubject(check: check, stored: revision.release)
    }

    /// What would run after a change of settings. Throws what the platform throws.
    static func changed(_ key: AppKey, _ revision: Revision, by change: SettingsChange, _ session: Session) async throws
        -> ConfigSubject
    {
        var settings = try await session.platform.settings(of: key).settings
        for name in change.unsetEnv { settings.env[name] = nil }
        for name in change.unsetSecrets { settings.secrets[name] = nil }
        settings.env.merge(change.env) { $1 }
        for name in change.secrets.keys { settings.secrets[name, default: 0] += 1 }
        var subject = try await deployed(key, revision, settings, session)
        subject.check.secretValues = change.secrets
        subject.change = change
        return subject
    }

    private static func project(_ folder: String, _ options: PlatformOptions, _ session: Session) async throws -> ConfigSubject {
        let reading = try Manifest.loadReading(
            path: folder + "/" + Manifest.fileName, environment: options.environment, variables: session.surroundings.environment)
        let deployer = Deployer(
            platform: session.platform, shelf: session.shelf, project: folder, namespace: session.namespace(options),
            spec: reading.spec,
            environment: session.surroundings.environment)
        let release: Release
        do {
            release = try await deployer.release(building: false)
        } catch let error as BuildError where error.code == .notBuilt {
            session.terminal.say("nothing is built yet: building")
            release = try await deployer.release(building: true)
        }
        let key = AppKey(namespace: session.namespace(options), app: reading.spec.app)
        let settings = try await session.platform.settings(of: key).settings
        var check = ConfigCheck(
            release: release, spec: reading.spec, namespace: key.namespace, settings: settings, lines: reading.lines)
        try await session.complete(&check)
        return ConfigSubject(check: check, stored: try await deployer.keep(release))
    }

    /// What came of a trial.
    struct Tried {
        /// What the release says of itself.
        var reads: RuntimeReads?
        /// Why it does not boot, in words.
        var failure: ConfigFailure?
        /// What keeps it from being booted, or from being deployed at all.
        var problem: CommandFailure?
        /// Why it was not booted although it could be deployed.
        var untried: String?
    }

    /// Boots the release, unless the manifest asks for no such thing. Throws only `CancellationError`.
    func tried(on platform: any Platform) async throws -> Tried {
        let request = PreflightRequest(namespace: check.namespace, spec: check.spec, release: stored, change: change)
        let trial = ConfigTrialRun(platform: platform, limit: limit)
        do {
            let outcome = try await trial.run(request)
            return Tried(reads: outcome.reads, untried: outcome.untried)
        } catch let failure as ConfigFailure {
            try Task.checkCancellation()
            return Tried(reads: failure.reads, failure: failure)
        } catch {
            try Task.checkCancellation()
            // What it reads can be told all the same.
            let reads = try? await trial.reads(request)
            try Task.checkCancellation()
            return Tried(reads: reads, problem: CommandFailure(translating: error) ?? CommandFailure("config", "\(error)"))
        }
    }
}
