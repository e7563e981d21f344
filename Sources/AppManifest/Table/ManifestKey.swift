/// A key of the manifest: one row of the table from which reading, errors and the reference come.
public struct ManifestKey: Sendable {
    /// Its name.
    public var name: String
    /// What it takes.
    public var shape: ManifestShape
    /// What it is for: sentences, for the reference.
    public var summary: String
    /// What holds when it is left out, in words; nil when it must be there or has no value then.
    public var fallback: String?
    /// A value as it stands in the reference; nil for keys that hold keys.
    public var example: String?
    /// Why it is refused, for a key that nothing implements yet.
    public var later: String?
    /// Whether the reference shows it behind a comment mark.
    public var isShownOff: Bool

    init(
        _ name: String, _ shape: ManifestShape, _ summary: String, fallback: String? = nil, example: String? = nil,
        later: String? = nil, isShownOff: Bool = false
    ) {
        self.name = name
        self.shape = shape
        self.summary = summary
        self.fallback = fallback
        self.example = example
        self.later = later
        self.isShownOff = isShownOff || later != nil
    }
}

/// What a key takes.
public indirect enum ManifestShape: Sendable {
    /// A DNS label of at most so many characters.
    case label(longest: Int)
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// Seconds: a whole number, or one with `s` or `m`.
    case seconds(ClosedRange<Int>)
    /// A number of replicas, or a share such as `25%`.
    case amount
    /// `true` or `false`.
    case boolean
    /// One of some words.
    case choice([Choice])
    /// A name: letters, digits, `_` and `-`.
    case name
    /// A text without spaces; and what it is, in words.
    case word(String)
    /// Labels: names and their texts.
    case labels
    /// A path of a URL, from `/`.
    case urlPath
    /// A host name, or a list of them.
    case hostNames
    /// Variables: names and their values.
    case environment
    /// A list of names of variables.
    case variableNames
    /// A command: a text or a list of words; one that a replica runs, or one that comes to an end.
    case command(CommandRules.Kind)
    /// Cores, as Kubernetes writes them: `0.5`, `500m`.
    case cpu
    /// Bytes, as Kubernetes writes them: `512Mi`; how few and how many, and both in words.
    case bytes(ClosedRange<Int>, String)
    /// Names of environments, each with any key of the manifest.
    case environments
    /// Ports by name.
    case ports
    /// Keys.
    case keys([ManifestKey])
    /// Keys, at least one.
    case someKeys([ManifestKey])
    /// Names of the user's choice, each with the same keys.
    case named([ManifestKey], Naming)
    /// A list, each element with the same keys.
    case each([ManifestKey])
    /// The name of an object of Kubernetes.
    case objectName
    /// A list of names of objects of Kubernetes.
    case objectNames
    /// Labels as Kubernetes takes them.
    case kubernetesLabels
    /// Annotations as Kubernetes takes them.
    case annotations
    /// Strategic merge patches.
    case patches
    /// Keys, or a number that is short for the first of them.
    case integerOrKeys([ManifestKey])

    /// A word that a key takes.
    public struct Choice: Sendable {
        /// The word.
        public var word: String
        /// Why it is refused, for one that nothing implements yet.
        public var later: String?

        init(_ word: String, later: String? = nil) {
            self.word = word
            self.later = later
        }
    }

    /// What the user names.
    public struct Naming: Sendable {
        /// A name as it stands in the reference.
        public var example: String
        /// What bears the name, for `name …`.
        public var what: String
    }

    /// The keys below, if it has any.
    var keys: [ManifestKey] {
        switch self {
        case .keys(let keys), .someKeys(let keys), .named(let keys, _), .integerOrKeys(let keys): keys
        default: []
        }
    }
}
