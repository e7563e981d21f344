import Foundation
import OCIImage
import TestSupport
import Testing

@testable import OCIRegistry

@Suite("Push and pull, against Debian's docker-registry and against our fake")
struct TransferTests {
    @Test("what is pushed is pulled with the same digest; a second push sends nothing", arguments: Kind.allCases)
    func roundTrip(kind: Kind) async throws {
        let (registry, bench) = (try await AnyRegistry(kind), try Workbench())
        let (client, name) = (bench.client(), "\(registry.name)/acme/shop:1")
        let first = try await bench.push(name, client)
        #expect(first.sent.count == 3 && first.there == 0)
        #expect(first.sentBytes == bench.image.blobs.reduce(0) { $0 + $1.size })
        let second = try await bench.push(name, client)
        #expect(second.sent.isEmpty && second.there == 3 && second.sentBytes == 0)
        let other = try bench.otherStore()
        let pulled = try await client.pull(try ImageReference(name), for: ImagePlatform(architecture: "amd64"), into: other)
        #expect(pulled.descriptor.digest == bench.image.descriptor.digest)
        #expect(pulled.layers.allSatisfy { other.blobs.has($0.descriptor.digest) })
        let byDigest = try ImageReference("\(registry.name)/acme/shop@\(bench.image.descriptor.digest)")
        #expect(
            try await client.pull(byDigest, for: ImagePlatform(architecture: "amd64"), into: other).manifest == pulled.manifest)
        bench.close()
    }

    @Test("a large blob goes in pieces", arguments: Kind.allCases)
    func pieces(kind: Kind) async throws {
        let (registry, bench) = (try await AnyRegistry(kind), try Workbench())
        let client = bench.client(pieces: 64 << 10)
        let report = try await bench.push("\(registry.name)/acme/shop:1", client)
        #expect(report.sent.count == 3)
        let other = try bench.otherStore()
        let name = try ImageReference("\(registry.name)/acme/shop:1")
        #expect(try await client.pull(name, for: ImagePlatform(architecture: "amd64"), into: other).layers == bench.image.layers)
        bench.close()
    }

    @Test("what another repository of the registry has is linked from there, not sent", arguments: Kind.allCases)
    func mounts(kind: Kind) async throws {
        let (registry, bench) = (try await AnyRegistry(kind), try Workbench())
        let client = bench.client()
        _ = try await bench.push("\(registry.name)/base/debian:1", client)
        let sources = [
            try ImageReference("\(registry.name)/none/at-all:1"), try ImageReference("\(registry.name)/base/debian:1"),
        ]
        let report = try await bench.push("\(registry.name)/acme/shop:1", client, sources: sources)
        #expect(report.sent.isEmpty && report.there == 3)
        bench.close()
    }

    @Test("an index gives each machine its own image", arguments: Kind.allCases)
    func index(kind: Kind) async throws {
        let (registry, bench) = (try await AnyRegistry(kind), try Workbench())
        let client = bench.client()
        let arm = try bench.store.makeImage(
            ImageConfig(platform: ImagePlatform(architecture: "arm64")), layers: bench.image.layers)
        let name = try ImageReference("\(registry.name)/acme/both:1")
        let top = try bench.store.makeIndex([bench.image, arm])
        _ = try await client.push(top, images: [bench.image, arm], from: bench.store, to: name)
        let other = try bench.otherStore()
        let pulled = try await client.pull(name, for: ImagePlatform(architecture: "arm64"), into: other)
        #expect(pulled.descriptor.digest == arm.descriptor.digest)
        await #expect(throws: OCIError.self) {
            _ = try await client.pull(name, for: ImagePlatform(architecture: "s390x"), into: other)
        }
        bench.close()
    }

    @Test("what is not there is told in the registry's words", arguments: Kind.allCases)
    func missing(kind: Kind) async throws {
        let (registry, bench) = (try await AnyRegistry(kind), try Workbench())
        let name = try ImageReference("\(registry.name)/acme/none:1")
        let error = await #expect(throws: RegistryError.self) {
            _ = try await bench.client().pull(name, for: .here, into: bench.store)
        }
        #expect(error?.code == .notFound && error?.description.contains("MANIFEST_UNKNOWN") == true)
        bench.close()
    }

    @Test("a registry with passwords: the right one is taken, a wrong one and none are told with what to do")
    func passwords() async throws {
        let (registry, bench) = (try await TestRegistry(login: ("ann", "secret:word")), try Workbench())
        let name = "\(registry.name)/acme/shop:1"
        let right = bench.client(GivenCredentials(.password(user: "ann", password: "secret:word")))
        #expect(try await bench.push(name, right).sent.count == 3)
        for credentials in [RegistryCredentials.none, .password(user: "ann", password: "wrong")] {
            let error = await #expect(throws: RegistryError.self) {
                _ = try await bench.push(name, bench.client(GivenCredentials(credentials)))
            }
            #expect(error?.code == .denied && error?.next == "docker login \(registry.name)")
            #expect(error?.description.contains("wrong") == false)
        }
        bench.close()
    }

    @Test("skopeo reads what we push, and we pull what it copied")
    func skopeo() async throws {
        let (registry, bench) = (try await TestRegistry(), try Workbench())
        _ = try await bench.push("\(registry.name)/acme/shop:1", bench.client())
        let copy = Process()
        copy.executableURL = URL(filePath: "/usr/bin/skopeo")
        copy.arguments = [
            "copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false", "--format", "v2s2",
            "docker://\(registry.name)/acme/shop:1", "docker://\(registry.name)/acme/docker:1",
        ]
        try copy.run()
        copy.waitUntilExit()
        #expect(copy.terminationStatus == 0)
        let other = try bench.otherStore()
        let name = try ImageReference("\(registry.name)/acme/docker:1")
        let pulled = try await bench.client().pull(name, for: ImagePlatform(architecture: "amd64"), into: other)
        #expect(pulled.layers.map(\.diffID) == bench.image.layers.map(\.diffID))
        #expect(pulled.manifest.layers.allSatisfy { $0.mediaType == MediaType.dockerLayerGzip })
        bench.close()
    }
}
