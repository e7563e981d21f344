public import BeamRelease
public import OCIImage

/// Makes an image of a release without any daemon: the base's layers, and a few of our own on top. The same release on the same base gives
/// the same digest, wherever and whenever it is built.
public struct NativeBuilder: Sendable {
    private let store: ImageStore
    private let writer: LayerWriter

    /// What came out.
    public struct Built: Sendable {
        /// The image.
        public var image: Image
        /// Its own layers, the lowest first, with what is in each.
        public var layers: [(name: String, layer: Layer)]
        /// What will keep it from running, in words.
        public var problems: [String]
        /// What should be known.
        public var notes: [String]
    }

    /// Makes one that puts images into a store.
    public init(store: ImageStore, cores: Int) {
        self.store = store
        writer = LayerWriter(store: store, cores: cores)
    }

    /// Builds it.
    ///
    /// - Parameters:
    ///   - base: An image that lies in the store.
    ///   - baseName: What people call it.
    ///   - bringsLibraries: Whether libraries that the base lacks are taken along from this machine.
    ///
    /// Throws `OCIError`, `ReleaseError`.
    public func build(
        _ release: Release, _ facts: ImageFacts, on base: Image, named baseName: String, bringsLibraries: Bool
    ) throws -> Built {
        let entries = try ReleaseContents.entries(of: release)
        let check = CompatibilityCheck(
            base: try BaseFactsShelf(store: store).facts(of: base), baseName: baseName, release: release,
            bringsLibraries: bringsLibraries, find: CompatibilityCheck.findHere)
        let outcome = check.outcome(try ReleaseNeeds(of: entries))
        let plan = ReleaseLayers(
            release, entries, own: facts.ownApplications.union([release.name]), brought: outcome.brought)
        var own: [(name: String, layer: Layer)] = []
        for part in plan.layers { own.append((part.name, try writer.layer(of: part.entries))) }
        var config = ImageConfig(of: release, facts, on: base.config, bringsLibraries: !outcome.brought.isEmpty)
        config.history =
            Self.history(of: base)
            + own.map { ImageConfig.History(created: config.created, createdBy: "beamctl build", comment: $0.name) }
        let image = try store.makeImage(config, layers: base.layers + own.map(\.layer))
        return Built(image: image, layers: own, problems: outcome.problems, notes: outcome.notes)
    }

    /// Some bases tell no history, or not of every layer; readers expect an entry for each.
    static func history(of base: Image) -> [ImageConfig.History] {
        let told = base.config.history ?? []
        let count = told.count { $0.emptyLayer != true }
        guard count != base.layers.count else { return told }
        return base.layers.map { _ in ImageConfig.History(created: nil, createdBy: nil, comment: "a layer of the base") }
    }
}
