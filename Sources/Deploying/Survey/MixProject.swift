/// What a `mix.exs` says.
struct MixProject {
    var application: String?
    var version: String?
    var isUmbrella: Bool
    var releases: [String]
    /// Whether its `mix.exs` defines releases, as far as it can be read; mix takes a name only then.
    var definesReleases: Bool
    var dependencies: Set<String>
    /// Those that are fetched from somewhere: all but the ones with a `path:`.
    var packages: Set<String>
    var hasAssets: Bool
    var hasAssetsSetup: Bool
    var buildFolder: String
    /// Folders of dependencies (`path: "../shared"`), relative to the project's own, each once.
    var pathDependencies: [String]

    init(_ text: String, _ files: ProjectFiles) {
        let elixir = ElixirText(text)
        isUmbrella = elixir.code.firstMatch(of: /\bapps_path:/) != nil
        application = elixir.code.firstMatch(of: /\bapp:\s*:(\w+)/).map { String($0.1) }
        version = elixir.source.firstMatch(of: /\bversion:\s*"([^"]+)"/).map { String($0.1) }
        let defined = elixir.list(of: "releases").map(ElixirText.keys) ?? []
        definesReleases = !defined.isEmpty
        releases = defined.isEmpty ? [application].compactMap { $0 } : defined
        dependencies = Self.dependencies(elixir)
        packages = Self.dependencies(elixir, lyingHere: false)
        hasAssets = elixir.source.contains("\"assets.deploy\":")
        hasAssetsSetup = elixir.source.contains("\"assets.setup\":")
        buildFolder = elixir.source.firstMatch(of: /\bbuild_path:\s*"([^"]+)"/).map { String($0.1) } ?? "_build"
        pathDependencies = Self.paths(elixir, in: "")
        guard isUmbrella else { return }
        for name in files.names(in: "apps") {
            guard let inner = files.text("apps/\(name)/mix.exs").map(ElixirText.init) else { continue }
            dependencies.formUnion(Self.dependencies(inner))
            packages.formUnion(Self.dependencies(inner, lyingHere: false))
            pathDependencies += Self.paths(inner, in: "apps/\(name)").filter { !pathDependencies.contains($0) }
            hasAssets = hasAssets || inner.source.contains("\"assets.deploy\":")
        }
    }

    /// What `path:` names in the dependencies of an application, as paths from the project's folder.
    private static func paths(_ elixir: ElixirText, in folder: String) -> [String] {
        guard let list = elixir.list(of: "deps") else { return [] }
        return list.matches(of: /\bpath:\s*"([^"]+)"/).map { match in
            RelativePath.joined(folder, String(match.1))
        }
    }

    /// `{:name, …}`, but for those that are applications of the same umbrella.
    private static func dependencies(_ elixir: ElixirText, lyingHere: Bool = true) -> Set<String> {
        guard let list = elixir.list(of: "deps") else { return [] }
        let outside = list.matches(of: /\{\s*:(\w+)([^}]*)\}/).filter {
            !$0.2.contains("in_umbrella: true") && (lyingHere || !$0.2.contains("path:"))
        }
        return Set(outside.map { String($0.1) })
    }
}

/// What a Distillery `rel/config.exs` says.
struct DistilleryConfig {
    var releases: [String]

    init(_ text: String) {
        releases = ElixirText(text).code.matches(of: /\brelease\s+:(\w+)\s+do\b/).map { String($0.1) }
    }
}

/// What a `config/runtime.exs` asks of its environment.
enum RuntimeConfig {
    /// Variables whose absence raises: `System.fetch_env!("X")`, and `System.get_env("X") || raise …` as Phoenix writes it.
    static func requiredVariables(_ text: String) -> [String] {
        let source = ElixirText(text).source
        let pattern = /System\.(?:fetch_env!\(\s*"(\w+)"\s*\)|get_env\(\s*"(\w+)"\s*\)\s*\|\|\s*raise\b)/
        var names: [String] = []
        for match in source.matches(of: pattern) {
            let name = String(match.1 ?? match.2 ?? "")
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
