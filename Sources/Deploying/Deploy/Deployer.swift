public import BeamRelease
public import FleetModel

/// The steps of a deploy, from a project's folder to a revision that the platform wants. Waiting for it is the caller's.
public struct Deployer: Sendable {
    private let platform: any Platform
    private let shelf: any ReleaseShelf
    private let project: String
    private let namespace: String
    private let spec: AppSpec
    private let environment: [String: String]

    /// Makes one.
    ///
    /// - Parameters:
    ///   - shelf: Where the platform takes releases from.
    ///   - project: The project's folder.
    ///   - spec: What its manifest says.
    ///   - environment: The user's environment, with which the project's tool runs.
    public init(
        platform: any Platform, shelf: any ReleaseShelf, project: String, namespace: String, spec: AppSpec,
        environment: [String: String]
    ) {
        self.shelf = shelf
        self.platform = platform
        self.project = project
        self.namespace = namespace
        self.spec = spec
        self.environment = environment
    }

    /// The project's release: built now, or (not `building`) the one that lies there. Throws `BuildError`, `ReleaseError`.
    public func release(
        building: Bool, _ tell: @escaping @Sendable (ReleaseBuilder.Progress) -> Void = { _ in }
    ) async throws -> Release {
        let builder = try ReleaseBuilder(directory: project, build: spec.build, app: spec.app, environment: environment)
        return building ? try await builder.build(tell) : try builder.builtRelease()
    }

    /// Puts a release where the platform takes it from. Throws `ReleaseError`, `PlatformError`.
    public func keep(_ release: Release) async throws -> StoredRelease {
        StoredRelease(description: ReleaseDescription(release), digest: try await shelf.keep(release))
    }

    /// Where a release's source is from.
    public enum Source: Hashable, Sendable {
        /// The project's folder.
        case project
        /// It was built elsewhere, from this commit; nil: that is not known.
        case elsewhere(commit: String?)
    }

    /// Where a revision comes from: who makes it, of which commit. Asks git; never fails.
    public func origin(from source: Source = .project, by user: String) async -> RevisionOrigin {
        switch source {
        case .project:
            let here = await SourceRevision.of(project, environment: environment)
            return RevisionOrigin(user: user, commit: here.commit, isDirty: here.isDirty)
        case .elsewhere(let commit): return RevisionOrigin(user: user, commit: commit)
        }
    }

    /// The request to make a revision of a kept release, which has been rehearsed. Throws `PlatformError` when it would be refused.
    public func rehearsed(
        _ release: StoredRelease, from source: Source = .project, by user: String
    ) async throws -> DeployRequest {
        let origin = await origin(from: source, by: user)
        let request = DeployRequest(
            namespace: namespace, spec: spec, release: release, origin: origin, id: RequestID.fresh())
        try await platform.rehearse(request)
        return request
    }

    /// Has the platform make and want the revision. Throws `PlatformError`.
    public func deploy(_ request: DeployRequest) async throws -> Revision { try await platform.deploy(request) }
}
