import FleetModel

/// A value of the manifest that has the shape which its key wants.
enum ManifestValue {
    case integer(Int)
    case text(String)
    case boolean(Bool)
    case amount(RolloutSpec.Amount)
    case list([String])
    case texts([String: String])
    case integers([String: Int])
    case keys([String: ManifestValue])
    case each([[String: ManifestValue]])
    case patches([KubernetesPatch])
}

extension [String: ManifestValue] {
    func integer(_ key: String) -> Int? {
        if case .integer(let value)? = self[key] { value } else { nil }
    }

    func text(_ key: String) -> String? {
        if case .text(let value)? = self[key] { value } else { nil }
    }

    func boolean(_ key: String) -> Bool? {
        if case .boolean(let value)? = self[key] { value } else { nil }
    }

    func amount(_ key: String) -> RolloutSpec.Amount? {
        if case .amount(let value)? = self[key] { value } else { nil }
    }

    func list(_ key: String) -> [String]? {
        if case .list(let value)? = self[key] { value } else { nil }
    }

    func texts(_ key: String) -> [String: String] {
        if case .texts(let value)? = self[key] { value } else { [:] }
    }

    func integers(_ key: String) -> [String: Int] {
        if case .integers(let value)? = self[key] { value } else { [:] }
    }

    func keys(_ key: String) -> [String: ManifestValue]? {
        if case .keys(let value)? = self[key] { value } else { nil }
    }

    func each(_ key: String) -> [[String: ManifestValue]] {
        if case .each(let value)? = self[key] { value } else { [] }
    }

    func patches(_ key: String) -> [KubernetesPatch] {
        if case .patches(let value)? = self[key] { value } else { [] }
    }
}
