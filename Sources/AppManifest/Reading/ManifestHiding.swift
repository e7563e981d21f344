/// Keys of the manifest that one pass over it does not see, by the place that they have.
enum ManifestHiding {
    /// `environments`, at the top.
    case environments
    /// `env` and `processes.*.env`, at the top: an environment's variables are not merged.
    case variables
    /// `*.env`, below `processes`.
    case variablesOfEach
    /// `env`, below a process.
    case variablesOfOne

    func hides(_ name: String?) -> Bool {
        switch self {
        case .environments: name == "environments"
        case .variables, .variablesOfOne: name == "env"
        case .variablesOfEach: false
        }
    }

    /// What is hidden below a key.
    func below(_ name: String?) -> ManifestHiding? {
        switch self {
        case .variables: name == "processes" ? .variablesOfEach : nil
        case .variablesOfEach: .variablesOfOne
        case .environments, .variablesOfOne: nil
        }
    }
}
