import FoundationEssentials
import OCIImage

/// The credentials that `docker login` left: `~/.docker/config.json`, and the helpers that it names.
public struct DockerConfigFile: CredentialSource {
    /// Runs `docker-credential-<name> get` with a text as its standard input; returns its standard output. Throws when it fails.
    public typealias RunHelper = @Sendable (_ program: String, _ input: String) async throws -> [UInt8]

    private let path: String
    private let runHelper: RunHelper
    private static let longest = 4 << 20

    /// - Parameter folder: `DOCKER_CONFIG`, or `~/.docker`.
    public init(folder: String, runHelper: @escaping RunHelper) {
        path = folder + "/config.json"
        self.runHelper = runHelper
    }

    private struct Contents: Decodable {
        struct Entry: Decodable {
            var auth: String?
            var username: String?
            var password: String?
            var identitytoken: String?
        }

        var auths: [String: Entry]?
        var credHelpers: [String: String]?
        var credsStore: String?
    }

    private struct Helped: Decodable {
        var Username: String
        var Secret: String
    }

    /// The key under which Docker keeps what belongs to its own registry.
    private static let dockerKey = "https://index.docker.io/v1/"

    /// What the file says for a registry; none when there is no file. Throws ``RegistryError`` `.badCredentials`.
    public func credentials(for registry: String) async throws -> RegistryCredentials {
        guard let contents = try read() else { return .none }
        let key = registry == ImageReference.standardRegistry ? Self.dockerKey : registry
        if let helper = contents.credHelpers?[registry] ?? contents.credHelpers?[key] ?? contents.credsStore {
            return try await ask(helper, for: key)
        }
        let names = [
            key, registry, "https://\(registry)", "https://\(registry)/", "https://\(registry)/v1/", "https://\(registry)/v2/",
        ]
        guard let entry = names.lazy.compactMap({ contents.auths?[$0] }).first else { return .none }
        if let token = entry.identitytoken, !token.isEmpty { return .refreshToken(token) }
        if let user = entry.username, let password = entry.password { return .password(user: user, password: password) }
        guard let auth = entry.auth, !auth.isEmpty else { return .none }
        guard let decoded = Data(base64Encoded: auth), let colon = decoded.firstIndex(of: UInt8(ascii: ":")) else {
            throw RegistryError(
                .badCredentials, at: path, "what stands for \(registry) is not user:password in base64",
                next: "docker login \(registry)")
        }
        return .password(
            user: String(decoding: decoded[..<colon], as: UTF8.self),
            password: String(decoding: decoded[(colon + 1)...].filter { $0 != 0 }, as: UTF8.self))
    }

    private func read() throws -> Contents? {
        let bytes: [UInt8]
        do throws(OCIError) {
            bytes = try SystemFiles.bytes(of: path, longest: Self.longest)
        } catch {
            if error.code == .notFound { return nil }
            throw RegistryError(.badCredentials, at: path, error.reason)
        }
        do {
            return try JSONDecoder().decode(Contents.self, from: Data(bytes))
        } catch {
            throw RegistryError(.badCredentials, at: path, "is not the JSON that docker login writes")
        }
    }

    private func ask(_ helper: String, for key: String) async throws -> RegistryCredentials {
        let program = "docker-credential-\(helper)"
        guard helper.utf8.allSatisfy({ $0 != 0x2F && $0 > 0x20 && $0 < 0x7F }), !helper.isEmpty else {
            throw RegistryError(.badCredentials, at: path, "'\(helper.prefix(40))' is no name of a credential helper")
        }
        let output: [UInt8]
        do {
            output = try await runHelper(program, key)
        } catch let error as CancellationError {
            throw error
        } catch {
            // Helpers say so in words, and no two in the same: for pulling what is public, nobody is needed.
            if "\(error)".contains("credentials not found") { return .none }
            throw RegistryError(.badCredentials, at: program, "\(error)", next: "docker login, or remove it from \(path)")
        }
        guard let answer = try? JSONDecoder().decode(Helped.self, from: Data(output)) else {
            throw RegistryError(.badCredentials, at: program, "answered with something else than credentials")
        }
        return answer.Username == "<token>"
            ? .refreshToken(answer.Secret) : .password(user: answer.Username, password: answer.Secret)
    }
}
