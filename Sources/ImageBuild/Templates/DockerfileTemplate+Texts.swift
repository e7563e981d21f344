// Made by scripts/embed-templates from templates/docker: change the files there, then run the script.

extension DockerfileTemplate {
    /// The texts by name; those that are no template are parts that templates share.
    static let texts: [String: String] = [
        "distillery": ##"""
        {{% CONTENT_TYPE:TEXT}}
        {{> head}}
        {{> mix-dependencies}}
        {{> mix-code}}
        RUN {{mounts}}mix distillery.release --name={{release}} && cp -a _build/prod/rel/{{release}} /release
        {{> finish}}
        {{> runner}}

        """##,
        "finish": ##"""
        {{% CONTENT_TYPE:TEXT}}

        # What the image's entrypoint gives wins over the project's own env.sh. The cookie of the build is in no image.
        COPY .beamctl/env.sh /tmp/env.sh
        RUN for file in /release/releases/*/env.sh; do if [ -f "$file" ]; then cat /tmp/env.sh >> "$file"; fi; done; \
            rm -f /release/releases/COOKIE


        """##,
        "head": ##"""
        {{% CONTENT_TYPE:TEXT}}
        # Made by beamctl of its template "{{template}}". beamctl templates eject {{template}} puts the template into the project, to be changed.
        ARG BUILDER_BASE={{builder_base}}
        ARG RUNNER_BASE={{runner_base}}

        # ---- The release is built
        FROM ${BUILDER_BASE} AS builder
        {{#builder_packages}}
        RUN {{install}} {{builder_packages}}{{tidy}}
        {{/builder_packages}}
        WORKDIR /build{{project_suffix}}
        ENV LANG=C.UTF-8
        {{#arguments}}
        ARG {{.}}
        {{/arguments}}


        """##,
        "mix-code": ##"""
        {{% CONTENT_TYPE:TEXT}}
        # The code.
        {{#code}}
        COPY {{from}} {{to}}
        {{/code}}
        RUN {{mounts}}mix compile
        {{#assets}}
        COPY {{from}} {{to}}
        {{/assets}}
        {{#has_node_packages}}
        RUN npm ci --prefix assets --no-audit --no-fund
        {{/has_node_packages}}
        {{#has_assets}}
        RUN {{mounts}}mix assets.deploy
        {{/has_assets}}

        # What is read when the release is made or started: a change of it compiles nothing.
        {{#release_files}}
        COPY {{from}} {{to}}
        {{/release_files}}

        """##,
        "mix-dependencies": ##"""
        {{% CONTENT_TYPE:TEXT}}
        ENV MIX_ENV=prod
        {{#has_packages}}
        RUN mix local.hex --force && mix local.rebar --force
        {{/has_packages}}

        # Dependencies change with the lock file, not with the code.
        {{#path_dependencies}}
        COPY {{from}} {{to}}
        {{/path_dependencies}}
        COPY {{project_prefix}}mix.exs {{#has_lock}}{{project_prefix}}mix.lock {{/has_lock}}./
        {{#applications}}
        COPY {{project_prefix}}apps/{{.}}/mix.exs apps/{{.}}/
        {{/applications}}
        {{#compile_config}}
        COPY {{project_prefix}}config/{{.}} config/
        {{/compile_config}}
        {{#has_dependencies}}
        RUN {{mounts}}mix deps.get --only prod
        RUN {{mounts}}mix deps.compile{{#is_umbrella}} --skip-umbrella-children{{/is_umbrella}}
        {{/has_dependencies}}


        """##,
        "mix": ##"""
        {{% CONTENT_TYPE:TEXT}}
        {{> head}}
        {{> mix-dependencies}}
        {{> mix-code}}
        RUN {{mounts}}mix release {{#names_release}}{{release}} {{/names_release}}--overwrite --path /release
        {{> finish}}
        {{> runner}}

        """##,
        "phoenix": ##"""
        {{% CONTENT_TYPE:TEXT}}
        {{> head}}
        {{> mix-dependencies}}
        {{#has_assets_setup}}
        # esbuild and tailwind are fetched once.
        RUN {{mounts}}mix assets.setup

        {{/has_assets_setup}}
        {{> mix-code}}
        RUN {{mounts}}mix release {{#names_release}}{{release}} {{/names_release}}--overwrite --path /release
        {{> finish}}
        {{> runner}}

        """##,
        "rebar3": ##"""
        {{% CONTENT_TYPE:TEXT}}
        {{> head}}
        # Dependencies change with the lock file, not with the code.
        {{#path_dependencies}}
        COPY {{from}} {{to}}
        {{/path_dependencies}}
        COPY {{project_prefix}}rebar.config {{#has_lock}}{{project_prefix}}rebar.lock {{/has_lock}}./
        {{#has_dependencies}}
        RUN {{mounts}}rebar3 as prod compile --deps_only
        {{/has_dependencies}}

        # The code.
        {{#code}}
        COPY {{from}} {{to}}
        {{/code}}
        {{#release_files}}
        COPY {{from}} {{to}}
        {{/release_files}}
        RUN {{mounts}}rebar3 as prod release -n {{release}} && cp -a _build/prod/rel/{{release}} /release
        {{> finish}}
        {{> runner}}

        """##,
        "runner-only": ##"""
        {{% CONTENT_TYPE:TEXT}}
        # Made by beamctl of its template "{{template}}". beamctl templates eject {{template}} puts the template into the project, to be changed.
        # The release was built elsewhere and lies in .beamctl/release.
        ARG RUNNER_BASE={{runner_base}}
        {{> runner}}

        """##,
        "runner": ##"""
        {{% CONTENT_TYPE:TEXT}}
        # ---- The image: the release, and nothing that builds
        FROM ${RUNNER_BASE}
        {{#runner_packages}}
        RUN {{install}} {{runner_packages}}{{tidy}}
        {{/runner_packages}}
        WORKDIR /app
        COPY .beamctl/entrypoint .beamctl/peer_agent.erl .beamctl/release /beamctl/
        {{#is_built_here}}
        COPY --from=builder /release /app
        {{/is_built_here}}
        {{^is_built_here}}
        COPY .beamctl/built /app
        {{/is_built_here}}
        ENV LANG=C.UTF-8{{#http_port}} PORT={{http_port}} PHX_SERVER=true{{/http_port}}
        {{#http_port}}
        EXPOSE {{http_port}}
        {{/http_port}}
        {{#labels}}
        LABEL {{name}}={{value}}
        {{/labels}}
        # nobody; as numbers, because Kubernetes checks that they are not 0 and knows no names.
        USER 65534:65534
        STOPSIGNAL SIGTERM
        HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/beamctl/entrypoint", "healthy"]
        ENTRYPOINT ["/beamctl/entrypoint"]
        CMD ["{{start}}"]

        """##,
    ]
}
