/// Where the environment of a process comes from: layers, each of which wins over the ones before it. The platform's own defaults
/// lie below all of them, and what only the platform can set above.
public struct EnvironmentLayers: Hashable, Sendable {
    /// Where a value was given.
    public enum Source: Hashable, Sendable {
        /// `env` of the manifest.
        case manifest
        /// `processes.<name>.env` of the manifest.
        case process(String)
        /// `environments.<name>.env`.
        case environment(String)
        /// `environments.<name>.processes.<process>.env`.
        case environmentProcess(String, process: String)
        /// `beamctl env set`.
        case setting
        /// `beamctl secrets set`.
        case secret
    }

    /// One layer.
    public struct Layer: Hashable, Sendable {
        /// Where its values were given.
        public var source: Source
        /// Its variables. Those of a secret layer have no value here.
        public var variables: [String: String]
    }

    /// The layers, the first one first; empty ones are left out.
    public let layers: [Layer]

    /// The layers of one process.
    public init(_ spec: AppSpec, process: String, settings: Settings) {
        var layers = [
            Layer(source: .manifest, variables: spec.env),
            Layer(source: .process(process), variables: spec.processes[process]?.env ?? [:]),
        ]
        if let chosen = spec.environment {
            layers.append(Layer(source: .environment(chosen.name), variables: chosen.env))
            layers.append(
                Layer(
                    source: .environmentProcess(chosen.name, process: process), variables: chosen.processes[process] ?? [:]))
        }
        layers.append(Layer(source: .setting, variables: settings.env))
        layers.append(Layer(source: .secret, variables: settings.secrets.mapValues { _ in "" }))
        self.layers = layers.filter { !$0.variables.isEmpty }
    }

    /// Every variable's layers, the one that wins last.
    public var sources: [String: [Layer]] {
        var sources: [String: [Layer]] = [:]
        for layer in layers {
            for name in layer.variables.keys { sources[name, default: []].append(layer) }
        }
        return sources
    }

    /// The names of the secrets that values refer to (`${secret:NAME}`); a value that another one covers needs none.
    public var referredSecrets: Set<String> { references.values.reduce(into: []) { $0.formUnion($1) } }

    /// The secrets that each variable's value refers to; variables that refer to none are left out.
    public var references: [String: Set<String>] {
        var references: [String: Set<String>] = [:]
        for (name, layers) in sources {
            guard let layer = layers.last, layer.source.takesReferences, let text = layer.variables[name] else { continue }
            let secrets = Set(SecretReference.names(in: text))
            if !secrets.isEmpty { references[name] = secrets }
        }
        return references
    }

    /// The variables as a process gets them, and which of them hold a secret.
    ///
    /// - Parameter secret: A secret's value by its name.
    ///
    /// Throws ``PlatformError`` `invalid_request` for a secret that is not set.
    public func resolved(_ secret: (String) throws -> String?) throws -> ResolvedEnvironment {
        var resolved = ResolvedEnvironment()
        for (name, sources) in sources {
            guard let layer = sources.last, let text = layer.variables[name] else { continue }
            if layer.source == .secret {
                resolved.variables[name] = try value(of: name, for: name, secret)
                resolved.secrets.insert(name)
            } else if layer.source.takesReferences {
                let names = SecretReference.names(in: text)
                var values: [String: String] = [:]
                for referred in names { values[referred] = try value(of: referred, for: name, secret) }
                resolved.variables[name] = try SecretReference.resolve(text) { values[$0] }
                if !names.isEmpty { resolved.secrets.insert(name) }
            } else {
                resolved.variables[name] = text
            }
        }
        return resolved
    }

    private func value(of secret: String, for variable: String, _ lookup: (String) throws -> String?) throws -> String {
        if let value = try lookup(secret) { return value }
        throw PlatformError(
            .invalidRequest, "the secret \(secret), which \(variable) is made of, is not set",
            hint: "beamctl secrets set \(secret)")
    }
}

extension EnvironmentLayers.Source {
    /// Whether a `${secret:NAME}` in a value of it means a secret.
    fileprivate var takesReferences: Bool {
        switch self {
        case .manifest, .process, .environment, .environmentProcess: true
        case .setting, .secret: false
        }
    }
}

/// The user's variables of a process, with every reference filled in.
public struct ResolvedEnvironment: Hashable, Sendable {
    /// Variables and their values.
    public var variables: [String: String]
    /// Which of them are secrets, or hold one.
    public var secrets: Set<String>

    /// Makes one.
    public init(variables: [String: String] = [:], secrets: Set<String> = []) {
        self.variables = variables
        self.secrets = secrets
    }
}
