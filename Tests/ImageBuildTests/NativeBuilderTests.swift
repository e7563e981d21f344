import BeamRelease
import Foundation
import OCIImage
import Testing

@testable import ImageBuild

@Suite("Images without a daemon")
struct NativeBuilderTests {
    private let scratch: Scratch
    private let store: ImageStore
    private let base: Image

    init() throws {
        scratch = try Scratch()
        store = try ImageStore(path: scratch.path + "/store")
        let layer = try LayerWriter(store: store, cores: 1).layer(of: [.text("etc", "base")])
        var config = ImageConfig(platform: .here)
        config.config = ImageConfig.Execution()
        config.config?.environment = ["PATH=/opt/bin", "LANG=POSIX"]
        config.config?.labels = ["of.the.base": "yes"]
        base = try store.makeImage(config, layers: [layer])
    }

    private static let facts = ImageFacts(
        app: "shop", httpPort: 4000, commit: String(repeating: "c", count: 40), createdSeconds: 1_700_000_000,
        source: "https://example.com/shop", labels: ["team": "checkout"])

    private func build(_ release: Release, _ facts: ImageFacts = Self.facts) throws -> NativeBuilder.Built {
        try NativeBuilder(store: store, cores: 2).build(release, facts, on: base, named: "base", bringsLibraries: false)
    }

    private func paths(_ layer: Layer) throws -> [String] {
        var config = ImageConfig(platform: .here)
        config.config = nil
        let image = try store.makeImage(config, layers: [layer])
        return try ImageTree(of: image, in: store).nodes.filter { $0.value != .folder }.keys.sorted()
    }

    @Test("a release is split by how often its parts change, and nothing of it is lost but secrets, dates and what a run left")
    func layers() throws {
        let built = try build(try scratch.release())
        #expect(
            built.layers.map(\.name) == [
                "ERTS 13.1.5, OTP 25, Elixir 1.14.0", "dependencies", "boot files, scripts and configuration", "shop 0.1.0",
            ])
        let paths = try built.layers.map { try self.paths($0.layer) }
        #expect(
            paths[0] == [
                "app/erts-13.1.5/bin/beam.smp", "app/lib/elixir-1.14.0/ebin/elixir.beam", "app/lib/kernel-8.5.3/ebin/kernel.beam",
            ])
        #expect(paths[1] == ["app/lib/jason-1.4.0/ebin/jason.beam"])
        #expect(
            paths[2] == [
                "app/bin/shop", "app/releases/0.1.0/elixir", "app/releases/0.1.0/env.sh", "app/releases/0.1.0/shop.rel",
                "app/releases/0.1.0/start.boot", "app/releases/0.1.0/sys.config", "app/releases/0.1.0/vm.args",
                "app/releases/start_erl.data", "beamctl/entrypoint", "beamctl/peer_agent.erl", "beamctl/release",
            ])
        #expect(paths[3] == ["app/lib/shop-0.1.0/ebin/shop.beam"])
    }

    @Test("the same release in another folder on another day gives the same digest; changed code gives one new layer")
    func deterministic() throws {
        let first = try build(try scratch.release("one", cookie: "a"))
        let second = try build(try scratch.release("two/deeper", cookie: "b"))
        #expect(first.image.descriptor.digest == second.image.descriptor.digest)
        let changed = try build(try scratch.release("three", code: "two"))
        #expect(changed.image.layers.dropLast() == first.image.layers.dropLast())
        #expect(changed.image.layers.last != first.image.layers.last)
    }

    @Test("the configuration says how it runs, who made it of what, and keeps what the base says")
    func configuration() throws {
        let config = try build(try scratch.release()).image.config
        let run = try #require(config.config)
        #expect(run.entrypoint == ["/beamctl/entrypoint"] && run.command == ["start"] && run.user == "65534:65534")
        #expect(run.environment == ["PATH=/opt/bin", "LANG=C.UTF-8", "PORT=4000", "PHX_SERVER=true"])
        #expect(run.exposedPorts?.keys.sorted() == ["4000/tcp"] && run.workingDirectory == "/app" && run.stopSignal == "SIGTERM")
        let labels = try #require(run.labels)
        #expect(labels["of.the.base"] == "yes" && labels["team"] == "checkout")
        #expect(labels["org.opencontainers.image.version"] == "0.1.0")
        #expect(labels["org.opencontainers.image.revision"] == Self.facts.commit)
        #expect(labels["org.opencontainers.image.source"] == "https://example.com/shop")
        #expect(config.created == "2023-11-14T22:13:20Z" && config.history?.count == 5)
        #expect(config.platform == .here && run.healthCheck?.test == ["CMD", "/beamctl/entrypoint", "healthy"])
    }

    @Test("without a commit and HTTP the image says nothing of them")
    func plain() throws {
        let config = try build(try scratch.release(), ImageFacts(app: "shop", httpPort: nil)).image.config
        #expect(config.created == "1970-01-01T00:00:00Z" && config.config?.exposedPorts == nil)
        #expect(config.config?.environment?.contains { $0.hasPrefix("PORT=") } == false)
        #expect(config.config?.labels?["org.opencontainers.image.revision"] == nil)
    }

    @Test(
        "times are written as date(1) writes them",
        arguments: [0, 1, 951_782_400, 951_868_800, 1_700_000_000, 4_102_444_799, 253_402_300_799])
    func times(seconds: Int) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/date")
        process.arguments = ["-u", "-d", "@\(seconds)", "+%Y-%m-%dT%H:%M:%SZ"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let told = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(RFC3339.text(seconds) + "\n" == told)
    }
}
