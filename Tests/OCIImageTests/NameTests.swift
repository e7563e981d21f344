import Testing

@testable import OCIImage

@Suite("Names of images, digests and machines")
struct NameTests {
    private static let digest = String(repeating: "0123456789abcdef", count: 4)

    @Test(
        "a reference is read as docker pull reads it",
        arguments: [
            ("debian", "docker.io", "library/debian", nil, "debian:latest"),
            ("debian:bookworm-slim", "docker.io", "library/debian", "bookworm-slim", "debian:bookworm-slim"),
            ("acme/shop", "docker.io", "acme/shop", nil, "acme/shop:latest"),
            ("index.docker.io/acme/shop", "docker.io", "acme/shop", nil, "acme/shop:latest"),
            ("ghcr.io/acme/shop:1.2.3", "ghcr.io", "acme/shop", "1.2.3", "ghcr.io/acme/shop:1.2.3"),
            ("localhost/shop", "localhost", "shop", nil, "localhost/shop:latest"),
            ("localhost:5000/shop:v1", "localhost:5000", "shop", "v1", "localhost:5000/shop:v1"),
            ("[::1]:5000/a/b", "[::1]:5000", "a/b", nil, "[::1]:5000/a/b:latest"),
            ("127.0.0.1:5000/a__b/c-d.e:T_1.x-", "127.0.0.1:5000", "a__b/c-d.e", "T_1.x-", "127.0.0.1:5000/a__b/c-d.e:T_1.x-"),
        ] as [(String, String, String, String?, String)])
    func references(text: String, registry: String, repository: String, tag: String?, familiar: String) throws {
        let reference = try ImageReference(text)
        #expect(reference.registry == registry && reference.repository == repository && reference.tag == tag)
        #expect(reference.familiar == familiar)
        #expect(try ImageReference(reference.description) == reference)
    }

    @Test("a digest wins over the tag that stands beside it")
    func digests() throws {
        let reference = try ImageReference("ghcr.io/a/b:1@sha256:\(Self.digest)")
        #expect(reference.tag == "1" && reference.version == "sha256:\(Self.digest)")
        #expect(reference.description == "ghcr.io/a/b:1@sha256:\(Self.digest)")
    }

    @Test(
        "what is no reference is refused",
        arguments: [
            "", ":", "a:", "A", "a b", "a//b", "/a", "a/", "a/../b", "-a", "a-", "a.._b", "a___b", "a:b:c", "a@", "a@sha256:12",
            "a@md5:\(NameTests.digest)", "a:.tag", "a:\(String(repeating: "t", count: 129))", "ghcr.io/", "ghcr.io/A",
            "user@host/a", "http://ghcr.io/a", String(repeating: "a", count: 600), "a\n", "a:é",
        ])
    func noReferences(text: String) {
        #expect(throws: OCIError.self) { try ImageReference(text) }
    }

    @Test("a digest is sha256 and 64 lower-case digits, and nothing else")
    func digestTexts() {
        #expect(Digest("sha256:\(Self.digest)")?.hexadecimal == Self.digest)
        for text in [
            "", "sha256:", "sha256:\(Self.digest)0", "sha256:\(Self.digest.uppercased())", "sha512:\(Self.digest)", Self.digest,
        ] {
            #expect(Digest(text) == nil)
        }
        #expect(Digest.of([]).description == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("machines are named as Go names them, and as uname does")
    func platforms() {
        #expect(ImagePlatform("linux/amd64") == ImagePlatform(architecture: "amd64"))
        #expect(ImagePlatform("linux/aarch64")?.description == "linux/arm64")
        #expect(ImagePlatform("linux/arm/v7")?.variant == "v7")
        for text in ["", "linux", "linux/", "/amd64", "linux/amd64/v1/x", "Linux/amd64", "linux/am d64"] {
            #expect(ImagePlatform(text) == nil)
        }
        let arm = ImagePlatform(architecture: "arm64")
        #expect(ImagePlatform(architecture: "arm64", variant: "v8").serves(arm))
        #expect(arm.serves(ImagePlatform(architecture: "arm64", variant: "v8")))
        #expect(!arm.serves(ImagePlatform(architecture: "amd64")))
    }
}
