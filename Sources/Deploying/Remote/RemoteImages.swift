import FleetModel

/// The images of another machine's Docker Engine: one is sent once, and known by its name from then on.
public struct RemoteImages: Sendable {
    private let connection: SSHConnection
    private let engine: String
    private let environment: [String: String]

    /// Makes one.
    ///
    /// - Parameters:
    ///   - engine: The Engine, as `DOCKER_HOST` names it there.
    ///   - environment: The user's own, for `ssh`.
    public init(connection: SSHConnection, engine: String, environment: [String: String]) {
        (self.connection, self.engine, self.environment) = (connection, engine, environment)
    }

    /// Whether the Engine there has an image of a name. Throws ``BuildError``.
    public func has(_ name: String) async throws -> Bool {
        let call = connection.program(["host", "image", "--engine", engine, "--has", name], isInteractive: false)
        let step = BuildStep(call.executable, call.arguments, directory: "/")
        return try await CommandRunner(environment: environment).run(step, onLine: { _ in }).isSuccess
    }

    /// Gives it what an archive holds, as `docker save` writes it. Throws ``BuildError``.
    public func give(_ archive: String) async throws {
        let call = connection.program(["host", "image", "--engine", engine], isInteractive: false)
        let step = BuildStep(
            "/bin/sh", ["-c", #"gzip -1 < "$0" | "$@""#, archive, call.executable] + call.arguments, directory: "/")
        let outcome = try await CommandRunner(environment: environment).run(step) { _ in }
        guard outcome.isSuccess else {
            throw BuildError(
                .stepFailed, at: "sending the image to \(connection.destination)", outcome.description, output: outcome.tail)
        }
    }
}
