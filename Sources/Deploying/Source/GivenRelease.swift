public import BeamRelease
import FleetModel
import Foundation

/// A release that was built elsewhere, such as in CI: a folder, or an archive of one (`mix release` with the step `:tar`, `rebar3 tar`).
public struct GivenRelease: Sendable {
    private let path: String
    private let environment: [String: String]

    /// Makes one; `environment` is the user's, by which `tar` is found.
    public init(path: String, environment: [String: String]) {
        self.path = path
        self.environment = environment
    }

    /// Reads it and hands it over; an archive is unpacked into a folder that is gone afterwards.
    ///
    /// Throws ``BuildError`` when it is not there or cannot be unpacked, `ReleaseError` when it is no release.
    public func use<Value>(_ body: (Release) async throws -> Value) async throws -> Value {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw BuildError(.notBuilt, at: path, "there is no such folder or archive")
        }
        if isFolder.boolValue { return try await body(try Release.read(at: path)) }
        let folder = FileManager.default.temporaryDirectory.appending(path: "beamctl-release-\(RequestID.fresh())").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await unpack(into: folder)
        return try await body(try Release.read(at: try root(of: folder)))
    }

    /// GNU tar finds out how it is compressed, and lets no member out of the folder.
    private func unpack(into folder: String) async throws {
        let step = BuildStep(
            "tar", ["--extract", "--file", path, "--directory", folder, "--no-same-owner"], directory: "/")
        let outcome = try await CommandRunner(environment: environment).run(step) { _ in }
        guard outcome.isSuccess else {
            throw BuildError(.notBuilt, at: path, "cannot be unpacked: tar \(outcome.description)", output: outcome.tail)
        }
    }

    /// Archives hold a release as it is, or in one folder.
    private func root(of folder: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return names.contains("releases") || names.count != 1 ? folder : "\(folder)/\(names[0])"
    }
}
