public import DockerClient
import Glibc
import HTTPTransport

/// How much room an Engine of this machine has for images and containers: it says itself that there is none in many words.
public enum EngineRoom {
    /// Less than this is why something failed, whatever it was.
    private static let little = 64 << 20

    /// An error of an Engine, with that where it is why.
    public static func explain(_ error: DockerError, by engine: DockerEngine) async -> DockerError {
        guard error.code == .refused || error.code == .buildFailed, case .unix(path: _) = engine.host.target,
            let folder = try? await engine.rootFolder(), let free = free(in: folder), free < little
        else { return error }
        return DockerError(
            error.code, "\(error.reason): the Docker Engine has \(free >> 20) MiB left in \(folder)",
            next: "docker system prune makes room; df -h \(folder) shows how much", output: error.output)
    }

    /// Does something, and explains what an Engine says of it.
    static func explaining<Value>(_ engine: DockerEngine, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DockerError {
            throw await explain(error, by: engine)
        }
    }

    /// Bytes; nil for a folder that this machine does not have.
    private static func free(in folder: String) -> Int? {
        var status = statvfs()
        return statvfs(folder, &status) == 0 ? Int(status.f_bavail) * Int(status.f_frsize) : nil
    }
}
