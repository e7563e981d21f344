import DNSMessage
import Foundation
import HeadlessDNS
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

/// A `beamctl-dns` process with a directory and an address of its own.
final class ProcessFixture: Sendable {
    let directory: URL
    let address: TestAddress
    private let running = Mutex<[Int32]>([])

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "beamctl-dns-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        address = TestAddress.next()
    }

    var zoneFile: URL { directory.appending(path: "zone.json") }
    var socketPath: String { directory.appending(path: "dns.sock").path }

    /// The executable that is built beside the tests.
    static var executable: URL {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "beamctl-dns")
    }

    func launch(_ more: [String] = ["--no-upstream"]) throws -> Spawned {
        let words = [Self.executable.path, "--directory", directory.path, "--listen", "\(address)", "--version", "1.2.3-test"]
        let process = try Spawned(words + more)
        running.withLock { $0.append(process.pid) }
        return process
    }

    /// Launches it and waits until it listens.
    func start(_ more: [String] = ["--no-upstream"]) async throws -> Spawned {
        let process = try launch(more)
        try #require(await process.line(containing: "listening on") != nil, "it ended instead of listening")
        return process
    }

    func client(timeout: TimeAmount = .seconds(5)) async throws -> NameServerClient {
        try await NameServerClient.connect(
            socketPath: socketPath, timeout: timeout, on: MultiThreadedEventLoopGroup.singleton)
    }

    /// The addresses of `hello`, as a datagram tells them.
    func addresses(of name: String = "hello.default.svc.cluster.local") throws -> [String]? {
        try TestSocket(SOCK_DGRAM, to: address).exchange(query(name, .a)).map { try decode($0).answerTexts }
    }

    deinit {
        // Only those that have not been waited for: a number may belong to somebody else by now.
        for pid in running.withLock({ $0 }) where waitpid(pid, nil, WNOHANG) == 0 { kill(pid, SIGKILL) }
        try? FileManager.default.removeItem(at: directory)
    }
}
