/// What was set for an app beside its manifest: variables, and which version of each secret.
public struct Settings: Hashable, Codable, Sendable {
    /// Variables and their values.
    public var env: [String: String]
    /// The present version of each secret by its name; values are kept elsewhere, encrypted.
    public var secrets: [String: Int]

    /// Makes one.
    public init(env: [String: String] = [:], secrets: [String: Int] = [:]) {
        self.env = env
        self.secrets = secrets
    }

    /// Whether there is nothing in it.
    public var isEmpty: Bool { env.isEmpty && secrets.isEmpty }
}

/// What `env list` and `secrets list` show.
public struct SettingsReport: Hashable, Codable, Sendable {
    /// What is set now.
    public var settings: Settings
    /// When each secret was set.
    public var secretsSetAt: [String: Timestamp]
    /// What the wanted revision runs with; nil when the app was never deployed.
    public var deployed: Settings?

    /// Makes one.
    public init(settings: Settings, secretsSetAt: [String: Timestamp], deployed: Settings?) {
        self.settings = settings
        self.secretsSetAt = secretsSetAt
        self.deployed = deployed
    }
}

/// Variables and secrets to set or to forget, all or none.
public struct SettingsChange: Hashable, Codable, Sendable {
    /// Variables to set.
    public var env: [String: String]
    /// Variables to forget.
    public var unsetEnv: [String]
    /// Secrets to set, with their values.
    public var secrets: [String: String]
    /// Secrets to forget.
    public var unsetSecrets: [String]

    /// Makes one.
    public init(
        env: [String: String] = [:], unsetEnv: [String] = [], secrets: [String: String] = [:], unsetSecrets: [String] = []
    ) {
        self.env = env
        self.unsetEnv = unsetEnv
        self.secrets = secrets
        self.unsetSecrets = unsetSecrets
    }

    /// Why it cannot be made of these settings: what is to be forgotten is not there; nil when it can.
    public func problem(with settings: Settings, of key: AppKey) -> PlatformError? {
        if let name = unsetEnv.first(where: { settings.env[$0] == nil }) {
            return PlatformError(
                .invalidRequest, "the variable \(name) of '\(key.app)' is not set", hint: "beamctl env list \(key.app)")
        }
        if let name = unsetSecrets.first(where: { settings.secrets[$0] == nil }) {
            return PlatformError(
                .invalidRequest, "the secret \(name) of '\(key.app)' is not set", hint: "beamctl secrets list \(key.app)")
        }
        return nil
    }
}

/// What changes an app's settings.
public struct SettingsRequest: Hashable, Codable, Sendable {
    /// What to change.
    public var change: SettingsChange
    /// Whether a new revision follows at once, when the app is deployed; else the next deploy takes the change.
    public var deploys: Bool
    /// Who changes it.
    public var origin: RevisionOrigin
    /// Tells this request from every other: sent twice, it makes one revision.
    public var id: String?

    /// Makes one.
    public init(change: SettingsChange, deploys: Bool, origin: RevisionOrigin, id: String? = nil) {
        self.change = change
        self.deploys = deploys
        self.origin = origin
        self.id = id
    }
}

/// What came of a change.
public struct SettingsOutcome: Hashable, Codable, Sendable {
    /// What is set now.
    public var settings: Settings
    /// The revision that was made; nil when none was.
    public var revision: Revision?

    /// Makes one.
    public init(settings: Settings, revision: Revision?) {
        self.settings = settings
        self.revision = revision
    }
}
