import FleetModel

extension ManifestTable {
    static let runtime = ManifestKey(
        "runtime", .choice(AppSpec.Runtime.allCases.map { ManifestShape.Choice($0.rawValue) }),
        "What a replica is on the local platform. process: a process of the machine. docker: a container of its Docker Engine, from an "
            + "image that deploy makes of the release and image.runner_base; its root cannot be written to, and resources are limits "
            + "that the kernel keeps.", fallback: "process", example: "process")

    static let image = ManifestKey(
        "image",
        .keys([
            ManifestKey(
                "name", .word("a name such as registry.example.com/shop/web"),
                "Registry and repository, where the image is pushed to. A tag may follow a colon; else it is the release's version.",
                fallback: "the app's name, which no registry knows", example: "registry.example.com/acme/hello"),
            ManifestKey(
                "builder", .choice(ImageSpec.Builder.allCases.map { ManifestShape.Choice($0.rawValue) }),
                "What makes the image. native: beamctl itself, of the release as this machine builds it, without any daemon. "
                    + "docker: a Docker Engine, in which the release is built, too.", fallback: "native", example: "native"),
            ManifestKey(
                "runner_base", .word("an image such as debian:bookworm-slim, or a path that begins with / or ./"),
                "The image that the release runs on: a reference, or the path of an archive or of an OCI image layout.",
                fallback: "the system that the release was built on, such as debian:bookworm-slim",
                example: "debian:bookworm-slim"),
            ManifestKey(
                "builder_base", .word("an image such as hexpm/elixir:1.18.4-erlang-27.3.4-debian-bookworm-20250610-slim"),
                "The image that a Docker Engine builds the release in.",
                fallback: "one with the versions of Elixir and OTP that are in use here",
                example: "hexpm/elixir:1.18.4-erlang-27.3.4-debian-bookworm-20250610-slim"),
            ManifestKey(
                "bring_libraries", .boolean,
                "Whether libraries that the runner's base lacks, such as libcrypto, are taken along from the machine that builds.",
                fallback: "true", example: "true"),
            ManifestKey(
                "labels", .labels, "Labels beside those that every image gets.", fallback: "none", example: "\n  team: checkout"),
            ManifestKey(
                "pull_secrets", .objectNames, "The names of Secrets with which the cluster reads the image, on Kubernetes.",
                fallback: "none", example: "[registry-example]"),
        ]), "How the app's container image is made, by beamctl build, and what it is called.")
}
