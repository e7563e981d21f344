import OCIImage
import Synchronization
import Testing

@testable import OCIRegistry

@Suite("Registries that lie, break off, or want to be asked again")
struct MisbehaviourTests {
    private let amd = ImagePlatform(architecture: "amd64")

    /// Pushes to a registry that behaves, then pulls from it while it does not.
    private func pulling(
        _ fault: @escaping @Sendable (FakeRegistry.Request, inout FakeRegistry.State) -> FakeRegistry.Answer?,
        _ check: (Workbench, FakeRegistry, ImageStore, Result<Image, any Error>) throws -> Void
    ) async throws {
        let isOn = Switch()
        let registry = try await FakeRegistry { request, state in isOn.value ? fault(request, &state) : nil }
        let bench = try Workbench()
        let name = try ImageReference("\(registry.name)/acme/shop:1")
        _ = try await bench.push("\(name)", bench.client())
        isOn.turnOn()
        let other = try bench.otherStore()
        let result: Result<Image, any Error>
        do {
            result = .success(try await bench.client().pull(name, for: amd, into: other))
        } catch {
            result = .failure(error)
        }
        try check(bench, registry, other, result)
        await registry.stop()
        bench.close()
    }

    private final class Switch: Sendable {
        private let state = Mutex(false)
        var value: Bool { state.withLock { $0 } }
        func turnOn() { state.withLock { $0 = true } }
    }

    private final class Counter: Sendable {
        private let state = Mutex(0)
        func next() -> Int {
            state.withLock { count in
                count += 1
                return count
            }
        }
    }

    @Test("a blob that is not what its digest says is refused, and not kept")
    func lyingBlob() async throws {
        try await pulling { request, _ in
            request.path.contains("/blobs/") ? .init(status: 200, body: Array("something else".utf8)) : nil
        } _: { bench, _, store, result in
            let error = try #require(throws: OCIError.self) { try result.get() }
            #expect(error.code == .digestMismatch && error.place.hasPrefix("127.0.0.1:"))
            #expect(bench.image.layers.allSatisfy { !store.blobs.has($0.descriptor.digest) })
        }
    }

    @Test("a blob without end is not read to it")
    func endlessBlob() async throws {
        try await pulling { request, _ in
            request.path.contains("/blobs/") ? .init(status: 200, body: [UInt8](repeating: 7, count: 8 << 20)) : nil
        } _: { _, _, _, result in
            let error = try #require(throws: OCIError.self) { try result.get() }
            #expect(error.code == .digestMismatch)
        }
    }

    @Test("a manifest that is not what was asked for by digest is refused")
    func lyingManifest() async throws {
        let registry = try await FakeRegistry { request, state in
            guard request.method == "GET", request.path.contains("/manifests/") else { return nil }
            return .init(status: 200, headers: [("Content-Type", MediaType.manifest)], body: Array("{}".utf8))
        }
        let bench = try Workbench()
        let name = try ImageReference("\(registry.name)/acme/shop@\(bench.image.descriptor.digest)")
        let error = await #expect(throws: OCIError.self) {
            _ = try await bench.client().pull(name, for: amd, into: try bench.otherStore())
        }
        #expect(error?.code == .digestMismatch)
        await registry.stop()
        bench.close()
    }

    @Test("a connection that breaks in the middle of a blob is tried again", arguments: [1, 3])
    func brokenBlob(times: Int) async throws {
        let broken = Counter()
        try await pulling { request, state in
            guard request.path.contains("/blobs/"), let digest = request.path.split(separator: "/").last, broken.next() <= times,
                let blob = state.blobs[String(digest)]
            else { return nil }
            return .init(status: 200, body: blob, breaksAfter: blob.count / 2)
        } _: { bench, _, store, result in
            let pulled = try result.get()
            #expect(pulled.descriptor.digest == bench.image.descriptor.digest)
            #expect(bench.image.layers.allSatisfy { store.blobs.has($0.descriptor.digest) })
        }
    }

    @Test("one that breaks each time is told, and nothing half-received stays")
    func alwaysBroken() async throws {
        try await pulling { request, state in
            guard request.path.contains("/blobs/"), let digest = request.path.split(separator: "/").last,
                let blob = state.blobs[String(digest)]
            else { return nil }
            return .init(status: 200, body: blob, breaksAfter: blob.count / 2)
        } _: { bench, registry, store, result in
            let error = try #require(throws: RegistryError.self) { try result.get() }
            #expect(error.code == .unreachable && error.description.contains("tried 5 times"))
            #expect(bench.image.layers.allSatisfy { !store.blobs.has($0.descriptor.digest) })
        }
    }

    @Test("too many requests and errors of the server are tried again; what is refused is not")
    func again() async throws {
        let asked = Counter()
        let registry = try await FakeRegistry { request, _ in
            switch asked.next() {
            case 1: .init(status: 503)
            case 2: .init(status: 429, headers: [("Retry-After", "1")])
            default: nil
            }
        }
        let bench = try Workbench()
        #expect(try await bench.push("\(registry.name)/acme/shop:1", bench.client()).sent.count == 3)
        await registry.stop()
        let refusing = try await FakeRegistry { request, _ in
            request.method == "HEAD"
                ? nil : .init(status: 403, body: Array(#"{"errors":[{"code":"DENIED","message":"not yours\u001b[31m"}]}"#.utf8))
        }
        let error = await #expect(throws: RegistryError.self) {
            _ = try await bench.push("\(refusing.name)/acme/shop:1", bench.client())
        }
        #expect(error?.code == .denied && error?.reason == "403 DENIED: not yours [31m")
        await refusing.stop()
        bench.close()
    }

    @Test(
        "an upload that the registry closes in the middle is sent again from its beginning", arguments: [nil, 50_000] as [Int?])
    func closedUpload(pieces: Int?) async throws {
        let asked = Counter()
        let registry = try await FakeRegistry { request, state in
            guard ["PUT", "PATCH"].contains(request.method), request.path.contains("/uploads/"), asked.next() == 2 else {
                return nil
            }
            state.uploads = [:]
            return .init(status: 500, breaksAfter: 0)
        }
        let bench = try Workbench()
        let report = try await bench.push("\(registry.name)/acme/shop:1", bench.client(pieces: pieces))
        #expect(report.sent.count == 3 && registry.state.withLock { $0.blobs.count } == 3)
        await registry.stop()
        bench.close()
    }

    @Test("blobs that are kept elsewhere are fetched from there, and no password goes along")
    func redirected() async throws {
        let elsewhere = try await FakeRegistry { request, state in
            state.blobs[String(request.path.split(separator: "/").last ?? "")].map { .init(status: 200, body: $0) }
        }
        let registry = try await FakeRegistry { request, _ in
            guard request.header("Authorization") != nil else {
                return .init(status: 401, headers: [("WWW-Authenticate", "Basic realm=\"r\"")])
            }
            guard request.method == "GET", request.path.contains("/blobs/"), let digest = request.path.split(separator: "/").last
            else { return nil }
            return .init(status: 307, headers: [("Location", "http://127.0.0.1:\(elsewhere.port)/store/\(digest)?signature=x")])
        }
        let bench = try Workbench()
        let client = bench.client(GivenCredentials(.password(user: "ann", password: "secret")))
        let name = try ImageReference("\(registry.name)/acme/shop:1")
        _ = try await bench.push("\(name)", client)
        let blobs = registry.state.withLock { $0.blobs }
        elsewhere.state.withLock { $0.blobs = blobs }
        let pulled = try await client.pull(name, for: amd, into: try bench.otherStore())
        #expect(pulled.descriptor.digest == bench.image.descriptor.digest)
        #expect(elsewhere.log.count == 3 && elsewhere.log.allSatisfy { $0.header("Authorization") == nil })
        await registry.stop()
        await elsewhere.stop()
        bench.close()
    }

    @Test("a token is fetched where the registry says, for what is wanted, and used until it is refused")
    func tokens() async throws {
        let issued = Counter()
        let registry = try await FakeRegistry { request, _ in
            if request.path == "/token" {
                guard request.header("Authorization") == "Basic YW5uOnNlY3JldA==" else { return .init(status: 401) }
                return .init(status: 200, body: Array("{\"token\":\"t\(issued.next())\"}".utf8))
            }
            // The first token grows old at once.
            if let field = request.header("Authorization"), field.hasPrefix("Bearer t"), field != "Bearer t1" { return nil }
            let realm = "http://\(request.header("Host") ?? "")/token"
            return .init(
                status: 401,
                headers: [
                    ("WWW-Authenticate", "Bearer realm=\"\(realm)\",service=\"fake\",scope=\"repository:acme/shop:pull,push\"")
                ])
        }
        let bench = try Workbench()
        let client = bench.client(GivenCredentials(.password(user: "ann", password: "secret")))
        #expect(try await bench.push("\(registry.name)/acme/shop:1", client).sent.count == 3)
        let asked = registry.log.filter { $0.path == "/token" }
        #expect(asked[0].query("service") == "fake" && asked[0].query("scope") == "repository:acme/shop:pull%2Cpush")
        let error = await #expect(throws: RegistryError.self) {
            _ = try await bench.push(
                "\(registry.name)/acme/shop:1", bench.client(GivenCredentials(.password(user: "ann", password: "wrong"))))
        }
        #expect(error?.code == .denied)
        await registry.stop()
        bench.close()
    }

    @Test("a registry that says that it has another manifest than it was sent is not believed")
    func otherManifest() async throws {
        let registry = try await FakeRegistry { request, _ in
            request.method == "PUT" && request.path.contains("/manifests/")
                ? .init(status: 201, headers: [("Docker-Content-Digest", Digest.of([1]).description)]) : nil
        }
        let bench = try Workbench()
        let error = await #expect(throws: OCIError.self) {
            _ = try await bench.push("\(registry.name)/acme/shop:1", bench.client())
        }
        #expect(error?.code == .digestMismatch)
        await registry.stop()
        bench.close()
    }

    @Test("where nothing listens, that is said once and at once")
    func nobody() async throws {
        let bench = try Workbench()
        let error = await #expect(throws: RegistryError.self) {
            _ = try await bench.push("127.0.0.1:1/acme/shop:1", bench.client())
        }
        #expect(error?.code == .unreachable && error?.description.contains("tried once") == true)
        bench.close()
    }
}
