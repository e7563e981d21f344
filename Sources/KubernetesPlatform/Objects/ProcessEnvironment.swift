import FleetModel
import JSONText

/// The variables of a process: which of them are plain, and which are or hold a secret. It is made without any secret's value.
struct ProcessEnvironment {
    /// Variables and their values.
    var plain: [String: String] = [:]
    /// Secrets that are variables by their own names, in alphabetical order.
    var secrets: [String]
    /// Variables that hold secrets, as Kubernetes puts them together from the variables above: `ecto://shop:$(PASSWORD)@db/shop`.
    var composed: [String: String] = [:]

    /// The names of all secrets of an app.
    static func secrets(_ spec: AppSpec, _ settings: Settings) -> Set<String> {
        var names = Set(spec.secrets).union(settings.secrets.keys)
        for process in spec.processes.keys {
            names.formUnion(EnvironmentLayers(spec, process: process, settings: settings).referredSecrets)
        }
        return names
    }

    init(_ spec: AppSpec, process: String, settings: Settings, defaults: [String: String]) {
        let names = Self.secrets(spec, settings)
        secrets = names.sorted()
        plain = defaults
        for (name, layers) in EnvironmentLayers(spec, process: process, settings: settings).sources where !names.contains(name) {
            guard let layer = layers.last, let text = layer.variables[name] else { continue }
            if case .setting = layer.source {
                plain[name] = text
            } else if SecretReference.names(in: text).isEmpty {
                // Only escapes are left in it, and those need no secret.
                plain[name] = (try? SecretReference.resolve(text) { _ in nil }) ?? text
            } else {
                composed[name] = Self.composed(text)
                plain[name] = nil
            }
        }
    }

    private static func composed(_ text: String) -> String {
        ReferencePiece.pieces(of: text).map { piece in
            switch piece {
            case .secret(let name): "$(\(name))"
            case .text(let text), .malformed(let text): escaped(text)
            case .variable(let name, let fallback): escaped("${env:\(name)\(fallback.map { ":-\($0)" } ?? "")}")
            }
        }.joined()
    }

    /// A text that Kubernetes takes as it is where it looks for `$(NAME)`: in `env`, `command` and `args`.
    static func escaped(_ text: String) -> String { text.replacing("$", with: "$$") }
}
