/// How somebody makes himself known to a registry.
public enum RegistryCredentials: Hashable, Sendable {
    /// Nobody in particular.
    case none
    /// A name and a password.
    case password(user: String, password: String)
    /// A token that gets others (OAuth 2).
    case refreshToken(String)
}

/// Knows the credentials for registries.
public protocol CredentialSource: Sendable {
    /// The credentials for a registry, as people write its name. Throws ``RegistryError`` `.badCredentials`.
    func credentials(for registry: String) async throws -> RegistryCredentials
}

/// Credentials that are given.
public struct GivenCredentials: CredentialSource {
    private let credentials: RegistryCredentials

    /// Makes a source of the same for every registry.
    public init(_ credentials: RegistryCredentials) {
        self.credentials = credentials
    }

    /// Those.
    public func credentials(for registry: String) async throws -> RegistryCredentials { credentials }
}
