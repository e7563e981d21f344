import FleetModel
import ImageBuild

/// The images that a Dockerfile builds on where the manifest names none, and what is installed into them: the official images of Elixir
/// and Erlang, and the Debian that those are made of.
struct DockerfileBases {
    let tool: ReleaseTool
    let versions: ToolVersions

    private var otp: Int { versions.otp.flatMap { Int($0) } ?? 27 }

    var builder: String {
        switch tool {
        case .rebar3: "erlang:\(otp)-slim"
        case .mix, .distillery: versions.elixir.map { "elixir:\($0)-otp-\(otp)-slim" } ?? "elixir:1.18-otp-\(otp)-slim"
        }
    }

    /// The Debian of the official images of that OTP.
    var runner: String { otp < 26 ? "debian:bullseye-slim" : "debian:bookworm-slim" }

    func builderPackages(on base: String, _ facts: DockerfileFacts, hasNativeCode: Bool) -> [String] {
        let isAlpine = base.contains("alpine")
        var packages: [String] = []
        if facts.hasPackages || hasNativeCode { packages.append(isAlpine ? "build-base" : "build-essential") }
        if facts.hasPackages { packages.append("git") }
        if facts.hasNodePackages { packages += ["nodejs", "npm"] }
        return packages
    }

    /// What ERTS and the applications of OTP are linked against, and the certificates that TLS clients look for.
    func runnerPackages(on base: String) -> [String] {
        base.contains("alpine")
            ? ["libstdc++", "openssl", "ncurses-libs", "ca-certificates"]
            : ["libstdc++6", "openssl", "libncurses6", "ca-certificates"]
    }
}
