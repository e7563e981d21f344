/// What a release says of itself in its own files.
public struct ReleaseDescription: Hashable, Codable, Sendable {
    /// The tool that built it.
    public var tool: ReleaseTool
    /// The release's name: the script in `bin/`, the base name of its nodes.
    public var name: String
    /// The release's version.
    public var version: String
    /// The version of the ERTS it runs on, such as `13.1.5`.
    public var erts: String
    /// The OTP release, such as `25`.
    public var otp: String
    /// The version of Elixir in it, if there is any.
    public var elixir: String?
    /// The versions of the applications in it, by name.
    public var applications: [String: String]

    /// Makes a description.
    public init(
        tool: ReleaseTool, name: String, version: String, erts: String, otp: String, elixir: String?,
        applications: [String: String]
    ) {
        self.tool = tool
        self.name = name
        self.version = version
        self.erts = erts
        self.otp = otp
        self.elixir = elixir
        self.applications = applications
    }

    /// The application that has the release's name, if there is one.
    public var ownApplication: String? { applications[name] == nil ? nil : name }
}

/// A release as a platform keeps it: what it says of itself, and the digest of its content that names the kept copy.
public struct StoredRelease: Hashable, Codable, Sendable {
    /// What the release says of itself.
    public var description: ReleaseDescription
    /// SHA-256 over the release's tree, 64 hexadecimal digits.
    public var digest: String
    /// The container image of it, by the name that the platform's Docker Engine has for it; nil: none was made.
    public var image: String?

    /// Makes one.
    public init(description: ReleaseDescription, digest: String, image: String? = nil) {
        self.description = description
        self.digest = digest
        self.image = image
    }
}
