import FleetModel
import JSONText

/// The variables and secrets that are set for an app beside its manifest, as the cluster keeps them.
///
/// Every version of a secret that a kept revision runs with stays (`NAME.3` in the Secret), so that a rollback finds the value that it
/// had.
struct KeptSettings {
    /// A secret that is set.
    struct Entry: Codable, Hashable {
        var version: Int
        var setAt: Timestamp
    }

    /// Variables and their values.
    var env: [String: String] = [:]
    /// The secrets that are set now.
    var secrets: [String: Entry] = [:]
    /// Values by `NAME.version`.
    var values: [String: String] = [:]
    /// The `resourceVersion` of the ConfigMap; nil: there is none.
    var envVersion: String?
    /// The `resourceVersion` of the Secret; nil: there is none.
    var secretsVersion: String?
    /// Whether the Secret was made by hand, as `render` says: its values are taken, and stay in it as they are.
    var isByHand = false
    /// Whether it is still as it was made.
    var isUntouched = false

    init() {}

    /// Takes the values of a Secret that was made by hand. Throws `invalid_request` for a ConfigMap of this name, and for a Secret that
    /// can hold no others, that is somebody else's.
    init(env: KubernetesObject?, secrets: KubernetesObject?) throws {
        if let env, env.labels[StateNames.kindLabel] == nil { throw Self.foreign(env) }
        if let secrets, secrets.labels[StateNames.kindLabel] == nil {
            guard ["Opaque", nil].contains(secrets.json["type"]?.text), secrets.json["immutable"]?.isTrue != true else {
                throw Self.foreign(secrets)
            }
            isUntouched = true
        }
        isByHand = isUntouched || secrets?.annotations[StateNames.adoptedAnnotation] != nil
        self.env = env?.json["data"]?.texts ?? [:]
        envVersion = env?.resourceVersion
        secretsVersion = secrets?.resourceVersion
        self.secrets =
            StateText.value([String: Entry].self, secrets?.annotations[StateNames.secretsAnnotation]) ?? [:]
        values = StateText.decoded(secrets?.json["data"])
        guard isUntouched, let secrets else { return }
        let taken = values.filter { VariableRules.problem(withName: $0.key) == nil }
        let entry = Entry(version: 1, setAt: secrets.createdAt ?? Timestamp(milliseconds: 0))
        self.secrets = taken.mapValues { _ in entry }
        values = Dictionary(taken.map { (Self.key($0.key, 1), $0.value) }) { first, _ in first }
    }

    private static func foreign(_ object: KubernetesObject) -> PlatformError {
        PlatformError(
            .invalidRequest, "there is a \(object.kind) '\(object.name)' in \(object.namespace ?? "?") that is not beamctl's",
            hint: "give it another name: beamctl keeps what env and secrets set under this one")
    }

    /// What is set now.
    var settings: Settings { Settings(env: env, secrets: secrets.mapValues(\.version)) }

    /// The values that some settings mean. Throws `invalid_request` for one that is no longer kept.
    func values(of settings: Settings) throws -> [String: String] {
        var found: [String: String] = [:]
        for (name, version) in settings.secrets {
            guard let value = values[Self.key(name, version)] else {
                throw PlatformError(
                    .invalidRequest, "version \(version) of the secret \(name) is no longer kept in the cluster",
                    hint: "beamctl secrets set \(name), then beamctl deploy")
            }
            found[name] = value
        }
        return found
    }

    /// Makes a change, all of it or none. Throws `invalid_request`.
    ///
    /// - Parameters:
    ///   - revisions: Those that are kept: what they run with stays.
    mutating func apply(_ change: SettingsChange, of key: AppKey, keeping revisions: [Revision], now: Timestamp) throws {
        if let problem = change.problem(with: settings, of: key) { throw problem }
        for (name, value) in change.env.merging(change.secrets, uniquingKeysWith: { $1 }) {
            if let problem = VariableRules.problem(withName: name) ?? VariableRules.problem(withValue: value) {
                throw PlatformError(.invalidRequest, "the variable '\(name.prefix(60))' \(problem)")
            }
        }
        for name in change.unsetEnv { env[name] = nil }
        env.merge(change.env) { $1 }
        for name in change.unsetSecrets { secrets[name] = nil }
        for (name, value) in change.secrets {
            let version = newestVersion(of: name, revisions) + 1
            secrets[name] = Entry(version: version, setAt: now)
            values[Self.key(name, version)] = value
        }
        let needed = Set(([settings] + revisions.compactMap(\.settings)).flatMap { $0.secrets.map(Self.key) })
        values = values.filter { needed.contains($0.key) }
    }

    /// A version is given once, whatever became of the value.
    private func newestVersion(of name: String, _ revisions: [Revision]) -> Int {
        let kept = values.keys.compactMap { key in
            key.hasPrefix("\(name).") ? Int(key.dropFirst(name.count + 1)) : nil
        }
        return (kept + revisions.compactMap { $0.settings?.secrets[name] } + [secrets[name]?.version ?? 0]).max() ?? 0
    }

    private static func key(_ name: String, _ version: Int) -> String { "\(name).\(version)" }

    /// The ConfigMap with the variables.
    func envObject(_ key: AppKey) -> KubernetesObject {
        var object = KubernetesObject(
            "v1", "ConfigMap", name: StateNames.env(key.app), namespace: key.namespace,
            labels: StateNames.labels(key.app, .env), ["data": JSONValue(env)])
        object.setMetadata("resourceVersion", envVersion.map(JSONValue.string))
        return object
    }

    /// The Secret with the values.
    func secretsObject(_ key: AppKey) throws -> KubernetesObject {
        var object = KubernetesObject(
            "v1", "Secret", name: StateNames.secrets(key.app), namespace: key.namespace,
            labels: StateNames.labels(key.app, .secrets),
            annotations: [StateNames.secretsAnnotation: try StateText.text(secrets)].merging(
                isByHand ? [StateNames.adoptedAnnotation: "true"] : [:]
            ) { $1 },
            ["data": StateText.encoded(values), "type": "Opaque"])
        object.setMetadata("resourceVersion", secretsVersion.map(JSONValue.string))
        return object
    }
}
