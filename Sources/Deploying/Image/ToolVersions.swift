/// The versions of Elixir and Erlang/OTP that a project is built with.
public struct ToolVersions: Hashable, Sendable {
    /// `1.18.4`.
    public var elixir: String?
    /// The major number: `27`.
    public var otp: String?

    /// Makes one that knows nothing.
    public init() {}

    /// What `.tool-versions` (asdf, mise) says in the project's folder, else what `elixir --version` says here. Never fails.
    public static func of(_ directory: String, environment: [String: String]) async -> ToolVersions {
        let pinned = ProjectFiles(directory: directory).text(".tool-versions").map(pinned) ?? ToolVersions()
        if pinned.elixir != nil, pinned.otp != nil { return pinned }
        let step = BuildStep("elixir", ["--version"], directory: directory)
        let outcome = try? await CommandRunner(environment: environment).run(step) { _ in }
        var here = ToolVersions()
        for line in outcome?.isSuccess == true ? outcome?.tail ?? [] : [] {
            if let match = line.firstMatch(of: /^Erlang\/OTP (\d+)/) { here.otp = String(match.1) }
            if let match = line.firstMatch(of: /^Elixir (\d+\.\d+\.\d+)/) { here.elixir = String(match.1) }
        }
        var versions = pinned
        versions.elixir = pinned.elixir ?? here.elixir
        versions.otp = pinned.otp ?? here.otp
        return versions
    }

    /// `elixir 1.18.4-otp-27` and `erlang 27.3.4`.
    static func pinned(_ text: String) -> ToolVersions {
        var versions = ToolVersions()
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 1 else { continue }
            if words[0] == "elixir", let match = words[1].firstMatch(of: /^(\d+\.\d+\.\d+)(?:-otp-(\d+))?$/) {
                versions.elixir = String(match.1)
                if let otp = match.2 { versions.otp = String(otp) }
            } else if words[0] == "erlang", let match = words[1].firstMatch(of: /^(\d+)\./) {
                versions.otp = String(match.1)
            }
        }
        return versions
    }
}
