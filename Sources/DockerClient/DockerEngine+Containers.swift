import FoundationEssentials
import HTTPTransport
import NIOCore

extension DockerEngine {
    private static func path(_ container: String, _ verb: String = "") -> String {
        "/containers/\(PercentEncoding.encoded(container))" + verb
    }

    /// Makes a container and starts nothing. Throws ``DockerError`` `.conflict` when the name is taken, `.notFound` without the image.
    public func create(_ name: String, _ spec: ContainerSpec) async throws {
        _ = try await send(try call("POST", "/containers/create", [("name", name)], body: spec.body), "create \(name)")
    }

    /// Starts one; one that runs is left alone. Throws ``DockerError``.
    public func start(_ container: String) async throws {
        try await send(try call("POST", Self.path(container, "/start")), "start \(container)")
    }

    /// Asks it to end, and kills it when it has not by then; returns when it has ended. Throws ``DockerError``.
    public func stop(_ container: String, grace: Duration) async throws {
        let seconds = max(0, grace.components.seconds)
        try await send(
            try call("POST", Self.path(container, "/stop"), [("t", "\(seconds)")]), "stop \(container)",
            timeout: grace + .seconds(60))
    }

    /// Ends it now, or sends it another signal. Throws ``DockerError`` `.conflict` when it does not run.
    public func kill(_ container: String, signal: String = "SIGKILL") async throws {
        try await send(try call("POST", Self.path(container, "/kill"), [("signal", signal)]), "kill \(container)")
    }

    /// Removes it with its volumes, running or not; one that is gone already is none. Throws ``DockerError``.
    public func remove(_ container: String) async throws {
        do {
            try await send(try call("DELETE", Self.path(container), [("force", "1"), ("v", "1")]), "remove \(container)")
        } catch let error as DockerError where error.code == .notFound {
            return
        }
    }

    /// What it is; nil when there is none of that name. An Engine that hangs is not waited for. Throws ``DockerError``.
    public func container(_ name: String) async throws -> ContainerFacts? {
        do {
            return try await ask(
                try call("GET", Self.path(name, "/json")), "container \(name)", timeout: patience * 2 + .seconds(5))
        } catch let error as DockerError where error.code == .notFound {
            return nil
        }
    }

    /// Every container, running or not, that has these labels. Throws ``DockerError``.
    public func containers(labelled labels: [String: String]) async throws -> [ContainerEntry] {
        let wanted = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let filters = String(decoding: try JSONEncoder().encode(["label": wanted]), as: UTF8.self)
        return try await ask(try call("GET", "/containers/json", [("all", "1"), ("filters", filters)]), "containers")
    }

    /// Unpacks a tar archive in a folder of a container that can be written to. Throws ``DockerError``.
    public func put(_ archive: [UInt8], into folder: String, of container: String) async throws {
        var call = try call("PUT", Self.path(container, "/archive"), [("path", folder)])
        call.headers.append(("Content-Type", "application/x-tar"))
        call.body = ByteBuffer(bytes: archive)
        try await send(call, "copy files into \(container)")
    }

    /// Writes a tar archive of a file in a container, running or not, to a file of this machine. Throws ``DockerError`` `.notFound` when
    /// there is none.
    public func save(_ path: String, of container: String, to archive: String) async throws {
        try await save(try call("GET", Self.path(container, "/archive"), [("path", path)]), path, to: archive)
    }

    /// Hands over what a container wrote since a moment (seconds since 1970, with nine digits behind the point), and on until it ends.
    /// Throws ``DockerError``.
    public func followLogs(
        of container: String, since: String, _ take: ([ContainerOutput]) async throws -> Void
    ) async throws {
        try await logs(of: container, since: since, follows: true, take)
    }

    /// The same, as far as it is there now.
    public func readLogs(of container: String, since: String, _ take: ([ContainerOutput]) async throws -> Void) async throws {
        try await logs(of: container, since: since, follows: false, take)
    }

    private func logs(
        of container: String, since: String, follows: Bool, _ take: ([ContainerOutput]) async throws -> Void
    ) async throws {
        let query = [
            ("stdout", "1"), ("stderr", "1"), ("timestamps", "1"), ("since", since), ("follow", follows ? "1" : "0"),
        ]
        try await stream(try call("GET", Self.path(container, "/logs"), query), "logs of \(container)") { body in
            var frames = OutputFrames()
            for try await piece in body {
                let outputs = try frames.take(piece)
                if !outputs.isEmpty { try await take(outputs) }
            }
        }
    }
}
