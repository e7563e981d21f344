import Foundation
import HTTPTransport
import Synchronization
import Testing

@testable import OCIRegistry

@Suite("What docker login left")
struct CredentialTests {
    private struct NotFound: Error, CustomStringConvertible {
        let description = "credentials not found in native keychain"
    }

    private func credentials(_ config: String?, for registry: String, helper: String = "{}") async throws -> RegistryCredentials {
        let folder = NSTemporaryDirectory() + "docker-config-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try config?.write(toFile: folder + "/config.json", atomically: false, encoding: .utf8)
        return try await DockerConfigFile(folder: folder) { program, input in
            if helper.isEmpty { throw NotFound() }
            return Array(helper.replacing("PROGRAM", with: program).replacing("INPUT", with: input).utf8)
        }.credentials(for: registry)
    }

    @Test("user and password stand there in base64, under one of the names of the registry")
    func plain() async throws {
        let auth = Data("ann:se:cret".utf8).base64EncodedString()
        let wanted = RegistryCredentials.password(user: "ann", password: "se:cret")
        #expect(try await credentials("{\"auths\":{\"ghcr.io\":{\"auth\":\"\(auth)\"}}}", for: "ghcr.io") == wanted)
        #expect(try await credentials("{\"auths\":{\"https://ghcr.io/v2/\":{\"auth\":\"\(auth)\"}}}", for: "ghcr.io") == wanted)
        #expect(
            try await credentials("{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"\(auth)\"}}}", for: "docker.io")
                == wanted)
        #expect(try await credentials("{\"auths\":{\"ghcr.io\":{\"auth\":\"\(auth)\"}}}", for: "quay.io") == .none)
        #expect(
            try await credentials("{\"auths\":{\"ghcr.io\":{\"identitytoken\":\"t\"}}}", for: "ghcr.io") == .refreshToken("t"))
        #expect(try await credentials(nil, for: "ghcr.io") == .none)
        #expect(try await credentials("{}", for: "ghcr.io") == .none)
    }

    @Test("a helper is asked where one is named, for one registry or for all")
    func helpers() async throws {
        let answer = #"{"ServerURL":"INPUT","Username":"PROGRAM","Secret":"INPUT"}"#
        #expect(
            try await credentials(#"{"credHelpers":{"ghcr.io":"gh"},"credsStore":"pass"}"#, for: "ghcr.io", helper: answer)
                == .password(user: "docker-credential-gh", password: "ghcr.io"))
        #expect(
            try await credentials(#"{"credHelpers":{"ghcr.io":"gh"},"credsStore":"pass"}"#, for: "docker.io", helper: answer)
                == .password(user: "docker-credential-pass", password: "https://index.docker.io/v1/"))
        let token = #"{"ServerURL":"x","Username":"<token>","Secret":"t"}"#
        #expect(try await credentials(#"{"credsStore":"pass"}"#, for: "ghcr.io", helper: token) == .refreshToken("t"))
        #expect(try await credentials(#"{"credsStore":"pass"}"#, for: "ghcr.io", helper: "") == .none)
    }

    @Test(
        "what cannot be read is told, not taken for none",
        arguments: [
            "{", #"{"auths":{"ghcr.io":{"auth":"!!"}}}"#, #"{"auths":{"ghcr.io":{"auth":"YW5u"}}}"#, #"{"credsStore":"../x"}"#,
        ])
    func unreadable(config: String) async {
        let error = await #expect(throws: RegistryError.self) { _ = try await credentials(config, for: "ghcr.io") }
        #expect(error?.code == .badCredentials)
    }

    @Test("challenges are read with everything that RFC 9110 lets stand in them")
    func challenges() {
        let read = AuthChallenge.read(
            #"Bearer realm="https://auth.docker.io/token",service="a \"b\"" , scope="repository:a/b:pull,push", Basic realm=x"#)
        #expect(read.map(\.scheme) == ["bearer", "basic"])
        #expect(
            read[0].parameters == [
                "realm": "https://auth.docker.io/token", "service": "a \"b\"", "scope": "repository:a/b:pull,push",
            ])
        #expect(read[1].parameters == ["realm": "x"])
        #expect(AuthChallenge.read("Negotiate, Basic realm=\"r\"").map(\.scheme) == ["negotiate", "basic"])
        for text in ["", ",", "=", "Bearer =", "\"", "Bearer realm=\"unended"] { _ = AuthChallenge.read(text) }
    }

    @Test("places are read as registries give them out, and nothing else")
    func locations() {
        let base = RegistryAddress("ghcr.io")
        #expect(WebLocation("/v2/x?y=1", relativeTo: base)?.target == .tls(host: "ghcr.io", port: 443))
        #expect(WebLocation("https://cdn.example:8443/a?b#c")?.path == "/a?b")
        #expect(WebLocation("http://[::1]:5000")?.target == .tcp(host: "::1", port: 5000))
        #expect(WebLocation("https://h?x")?.path == "/?x")
        for text in ["", "x", "//h/x", "ftp://h/", "https://", "https:///x", "https://user@h/", "https://h/a b", "/x"] {
            #expect(WebLocation(text) == nil, "\(text)")
        }
        #expect(WebLocation("/x?a=b", relativeTo: base)?.adding([("digest", "sha256:0")]).path == "/x?a=b&digest=sha256%3A0")
    }

    @Test("only registries of this machine are asked in clear")
    func encryption() {
        for name in ["localhost", "localhost:5000", "127.0.0.1:5000", "[::1]:5000"] {
            #expect(!RegistryAddress(name).isEncrypted)
        }
        for name in ["ghcr.io", "docker.io", "registry:5000", "10.0.0.1:5000", "localhost.example.com"] {
            #expect(RegistryAddress(name).isEncrypted)
        }
        #expect(RegistryAddress("docker.io").host == "registry-1.docker.io")
    }
}
