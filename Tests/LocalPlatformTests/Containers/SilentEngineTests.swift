import HTTPTransport
import Testing

@testable import DockerClient

@Suite("A Docker Engine that does not answer")
struct SilentEngineTests {
    private func engine(_ host: String) throws -> DockerEngine {
        DockerEngine(transport: Self.transport, host: try DockerHost(host), patience: .milliseconds(100))
    }

    private static let transport = HTTPTransport()

    @Test("one that takes requests and answers none is told by name, whatever was asked, and not waited for")
    func silent() async throws {
        let listener = try Listener("127.94.9.1", 20_375)
        defer { listener.end() }
        let engine = try engine("tcp://127.94.9.1:20375")
        let questions: [@Sendable () async throws -> Void] = [
            { _ = try await engine.facts() }, { _ = try await engine.container("x") },
            { try await engine.stop("x", grace: .seconds(3600)) },
            { _ = try await engine.imageNames(like: "x/*") },
            { try await engine.whileAnswering { try await Task.sleep(for: .seconds(3600)) } },
        ]
        for question in questions {
            let error = await #expect(throws: DockerError.self) { try await question() }
            #expect(error?.code == .silent && error?.isUnheard == true)
            #expect(
                error?.reason.hasPrefix("the Docker Engine at tcp://127.94.9.1:20375 takes requests and answers none") == true)
        }
    }

    @Test("a name that leads nowhere and a port where nobody listens are two things")
    func unreachable() async throws {
        let unknown = await #expect(throws: DockerError.self) {
            _ = try await engine("tcp://no-such-host.invalid:2375").facts()
        }
        #expect(
            unknown?.reason == "no Docker Engine answers at tcp://no-such-host.invalid:2375: the host's name does not resolve")
        let closed = await #expect(throws: DockerError.self) { _ = try await engine("tcp://127.94.9.2:20375").facts() }
        #expect(closed?.code == .unreachable && closed?.reason.hasSuffix(": nothing listens there") == true)
    }
}
