import Foundation
import Glibc
import Testing

/// Debian's docker-registry on a port of its own, gone when the test is.
package final class TestRegistry: Sendable {
    package let port: Int
    private let folder: String
    private let program: Spawned

    /// - Parameter login: A user and a password that it wants; nil: it wants none.
    package init(login: (user: String, password: String)? = nil) async throws {
        folder = NSTemporaryDirectory() + "registry-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        port = try Self.freePort()
        var config = """
            version: 0.1
            log: {level: warn}
            storage: {filesystem: {rootdirectory: "\(folder)/blobs"}, delete: {enabled: true}}
            http: {addr: "127.0.0.1:\(port)"}

            """
        if let login {
            let hashing = try Spawned(["htpasswd", "-Bbn", login.user, login.password])
            var lines: [String] = []
            for await line in hashing.output { lines.append(line) }
            try lines.joined(separator: "\n").write(toFile: folder + "/htpasswd", atomically: false, encoding: .utf8)
            config += "auth: {htpasswd: {realm: test, path: \"\(folder)/htpasswd\"}}\n"
        }
        try config.write(toFile: folder + "/config.yml", atomically: false, encoding: .utf8)
        program = try Spawned(
            ["docker-registry", "serve", folder + "/config.yml"], environment: ["OTEL_TRACES_EXPORTER": "none"])
        let port = port
        try await within("the registry") {
            while (try? Wire(to: port)) == nil { try await Task.sleep(for: .milliseconds(20)) }
        }
    }

    deinit {
        kill(program.pid, SIGKILL)
        try? FileManager.default.removeItem(atPath: folder)
    }

    package var name: String { "127.0.0.1:\(port)" }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(bound)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
