public import OCIImage

/// Makes an image of programs of this machine, without any daemon: beamctl's own. The same programs on the same base give the same digest.
public struct ProgramImageBuilder: Sendable {
    private let store: ImageStore
    private let writer: LayerWriter

    /// Where they lie in the image.
    static let folder = "usr/local/bin"

    /// Makes one that puts images into a store.
    public init(store: ImageStore, cores: Int) {
        self.store = store
        writer = LayerWriter(store: store, cores: cores)
    }

    /// Builds it: libraries that the base lacks in one layer, the programs in another. A container runs as nobody, and the first program is
    /// what it starts.
    ///
    /// - Parameters:
    ///   - programs: Absolute paths.
    ///   - version: Theirs.
    ///   - base: An image that lies in the store.
    ///   - baseName: What people call it.
    ///
    /// Throws `OCIError`.
    public func build(
        _ programs: [String], _ facts: ImageFacts, version: String, on base: Image, named baseName: String
    ) throws(OCIError) -> NativeBuilder.Built {
        var needs = try ReleaseNeeds(of: [])
        var folders: [String] = []
        for path in programs {
            guard let file = ReleaseNeeds.read(path) else { throw OCIError(.badImage, at: path, "is no program of Linux") }
            needs.add(file, Self.name(path))
            let own = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
            folders += file.searched.map { $0.replacing("$ORIGIN", with: own) }.filter { !folders.contains($0) }
        }
        let searched = folders
        let outcome = CompatibilityCheck(
            base: try BaseFactsShelf(store: store).facts(of: base), baseName: baseName, release: nil, bringsLibraries: true,
            find: { CompatibilityCheck.findHere($0, before: searched) }
        ).outcome(needs)
        let libraries = outcome.brought.map {
            LayerEntry(ImagePaths.libraries.dropFirst() + "/\($0.name)", .file($0.path), mode: 0o755)
        }
        let files = programs.map { LayerEntry("\(Self.folder)/\(Self.name($0))", .file($0), mode: 0o755) }
        var own: [(name: String, layer: Layer)] = []
        for (name, entries) in [("libraries", libraries), ("\(facts.app) \(version)", files)] where !entries.isEmpty {
            own.append((name, try writer.layer(of: LayerEntry.withFolders(entries))))
        }
        var config = ImageConfig(
            ofPrograms: programs.map(Self.name), facts, version: version, on: base.config, !libraries.isEmpty)
        config.history =
            NativeBuilder.history(of: base)
            + own.map { ImageConfig.History(created: config.created, createdBy: "beamctl", comment: $0.name) }
        let image = try store.makeImage(config, layers: base.layers + own.map(\.layer))
        return NativeBuilder.Built(image: image, layers: own, problems: outcome.problems, notes: outcome.notes)
    }

    private static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}

extension ImageConfig {
    /// The configuration of an image of programs, the first of which it starts.
    fileprivate init(
        ofPrograms names: [String], _ facts: ImageFacts, version: String, on base: ImageConfig, _ bringsLibraries: Bool
    ) {
        self.init(platform: base.platform, created: RFC3339.text(facts.createdSeconds))
        var execution = Execution()
        execution.user = ImagePaths.user
        execution.workingDirectory = "/tmp"
        execution.entrypoint = names.first.map { ["/\(ProgramImageBuilder.folder)/\($0)"] }
        execution.stopSignal = "SIGTERM"
        execution.environment =
            Self.environment(facts, (base.config?.environment ?? []).filter { !$0.hasPrefix("HOME=") }, bringsLibraries)
            + ["HOME=/tmp"]
        execution.labels = (base.config?.labels ?? [:]).merging(
            [ImageFacts.versionLabel: version].merging(facts.standardLabels) { _, own in own }
        ) { _, own in own }
        config = execution
    }
}
