import DNSMessage
import Foundation
import HeadlessDNS
import NIOCore
import NIOPosix
import Synchronization
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

    /// A process under way: its number, its lines of standard error as they come, its exit code when it ends.
    struct Running {
        var pid: Int32
        var lines: AsyncStream<String>
        var exit: AsyncStream<Int32>

        /// Waits for a line that contains the text; all lines so far when the process ends without one.
        func line(containing text: String) async -> String? {
            for await line in lines where line.contains(text) { return line }
            return nil
        }

        func exitCode() async -> Int32? {
            for await code in exit { return code }
            return nil
        }
    }

    func launch(_ more: [String] = ["--no-upstream"]) throws -> Running {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments =
            ["--directory", directory.path, "--listen", "\(address)", "--version", "1.2.3-test"] + more
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        let (lines, line) = AsyncStream<String>.makeStream()
        let rest = Mutex("")
        errors.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            guard !data.isEmpty else {
                handle.readabilityHandler = nil
                return line.finish()
            }
            rest.withLock { rest in
                rest += String(decoding: data, as: UTF8.self)
                while let end = rest.firstIndex(of: "\n") {
                    line.yield(String(rest[..<end]))
                    rest = String(rest[rest.index(after: end)...])
                }
            }
        }
        let (exit, end) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            end.yield(process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus)
            end.finish()
        }
        try process.run()
        let pid = process.processIdentifier
        running.withLock { $0.append(pid) }
        return Running(pid: pid, lines: lines, exit: exit)
    }

    /// Launches it and waits until it listens.
    func start(_ more: [String] = ["--no-upstream"]) async throws -> Running {
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
        for pid in running.withLock({ $0 }) { kill(pid, SIGKILL) }
        try? FileManager.default.removeItem(at: directory)
    }
}
