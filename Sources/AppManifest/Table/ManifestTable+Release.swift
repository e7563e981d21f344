import FleetModel

extension ManifestTable {
    static let build = ManifestKey(
        "build",
        .keys([
            ManifestKey(
                "tool", .choice(ReleaseTool.allCases.map { ManifestShape.Choice($0.rawValue) }),
                "What builds the release: mix, rebar3 or distillery.", fallback: "the one whose files the project has",
                example: "mix"),
            ManifestKey(
                "release", .name, "Which release, in a project that defines several.",
                fallback: "the only one, or the app's", example: "hello"),
            ManifestKey(
                "assets", .boolean, "Whether mix assets.deploy runs before the release is made.",
                fallback: "true when the project defines it", example: "false"),
        ]), "How the release is built.")

    static let release = ManifestKey(
        "release",
        .keys([
            ManifestKey(
                "replace_os_vars", .boolean,
                "Whether ${NAME} in the release's configuration is replaced by variables when it starts, as REPLACE_OS_VARS and "
                    + "RELX_REPLACE_OS_VARS ask for.", fallback: "what the tool that built the release does", example: "true"),
            ManifestKey(
                "env_sh", .choice(ReleaseSpec.EnvironmentScript.allCases.map { ManifestShape.Choice($0.rawValue) }),
                "Who wins where the project's own env.sh sets what beamctl sets too. ours: beamctl. theirs: env.sh.",
                fallback: "ours", example: "ours"),
        ]), "How beamctl and the release's own start script go together.")

    static let config = ManifestKey(
        "config",
        .keys([
            ManifestKey(
                "render", .choice(ConfigSpec.Renderer.allCases.map { ManifestShape.Choice($0.rawValue) }),
                "Who puts variables into sys.config and vm.args. beamctl: in one pass, and an unset variable stops the deploy. "
                    + "native: the release's own start script, with all that it does.", fallback: "beamctl", example: "beamctl"),
            ManifestKey(
                "preflight", .boolean, "Whether the configuration is tried before a replica is touched.", fallback: "true",
                example: "true"),
        ]), "How the release's configuration gets its values.")
}
