public import BeamRelease
public import FleetModel
import Foundation

/// Where the platform takes releases from.
public protocol ReleaseShelf: Sendable {
    /// Puts a release there, unless it is there already; returns its digest. Throws `ReleaseError`, `PlatformError`, ``BuildError``.
    func keep(_ release: Release) async throws -> String

    /// What a release that is kept there says of itself. Its root is a path of the platform's machine. Throws as ``keep(_:)``.
    func release(_ digest: String) async throws -> Release
}

/// The shelf of a platform on this machine.
public struct LocalShelf: ReleaseShelf {
    private let platform: any Platform

    /// Makes one.
    public init(platform: any Platform) {
        self.platform = platform
    }

    /// See ``ReleaseShelf/keep(_:)``.
    public func keep(_ release: Release) async throws -> String {
        switch try await platform.releaseIntake() {
        case .directory(let folder): try ReleaseCopy.install(release, into: folder).digest
        // What is put somewhere is an image of it; this only names it.
        case .registry: try ReleaseCopy.digest(of: release)
        }
    }

    /// See ``ReleaseShelf/release(_:)``.
    public func release(_ digest: String) async throws -> Release {
        switch try await platform.releaseIntake() {
        case .directory(let folder): return try Release.read(at: "\(folder)/\(digest)")
        case .registry:
            throw PlatformError(
                .invalidRequest, "the release that is deployed is in its image alone, and not on this machine",
                hint: "in the project's folder: beamctl config .")
        }
    }
}

/// The shelf of another machine: a release is sent once, and known by its digest from then on.
public struct RemoteShelf: ReleaseShelf {
    private let connection: SSHConnection
    private let environment: [String: String]

    /// Makes one; `environment` is the user's own, for `tar` and `ssh`.
    public init(connection: SSHConnection, environment: [String: String]) {
        self.connection = connection
        self.environment = environment
    }

    /// See ``ReleaseShelf/keep(_:)``.
    public func keep(_ release: Release) async throws -> String {
        let digest = try ReleaseCopy.digest(of: release)
        let runner = CommandRunner(environment: environment)
        let has = connection.program(["host", "release", "--has", digest], isInteractive: false)
        if try await runner.run(BuildStep(has.executable, has.arguments, directory: "/"), onLine: { _ in }).isSuccess {
            return digest
        }
        let taking = connection.program(["host", "release"], isInteractive: false)
        let step = BuildStep(
            "/bin/sh",
            ["-c", #"tar --create --gzip --file - --directory "$0" . | "$@""#, release.root, taking.executable]
                + taking.arguments,
            directory: "/")
        let outcome = try await runner.run(step) { _ in }
        guard outcome.isSuccess, let kept = outcome.tail.last else {
            throw BuildError(
                .stepFailed, at: "sending the release to \(connection.destination)", outcome.description, output: outcome.tail)
        }
        return kept
    }

    /// See ``ReleaseShelf/release(_:)``.
    public func release(_ digest: String) async throws -> Release {
        let showing = connection.program(["host", "release", "--show", digest], isInteractive: false)
        let outcome = try await ProgramRun(showing).run(within: .seconds(60))
        // A long line comes in pieces; what a login there says comes before it.
        let text = outcome.output.drop { !$0.hasPrefix("{") }.joined()
        guard outcome.isSuccess, let release = try? JSONDecoder().decode(Release.self, from: Data(text.utf8)) else {
            throw BuildError(
                .stepFailed, at: "reading a release on \(connection.destination)", outcome.description, output: outcome.output)
        }
        return release
    }
}
