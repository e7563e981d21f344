public import BeamRelease
import FleetModel

/// A variable as a replica gets it, with what the project's own `env.sh` makes of it.
public struct EffectiveVariable: Hashable, Sendable {
    /// What is known of its value.
    public enum Value: Hashable, Sendable {
        /// It is this.
        case text(String)
        /// It is a secret, or holds one.
        case secret
        /// Only `env.sh` knows it, when it runs.
        case unknown
    }

    /// Who gives it, in words.
    public var source: String
    /// Its value.
    public var value: Value

    /// Makes one.
    public init(source: String, value: Value) {
        self.source = source
        self.value = value
    }

    /// The value as text, where it is known and may be shown.
    public var text: String? {
        if case .text(let text) = value { return text }
        return nil
    }
}

extension ConfigCheck {
    /// Every variable of a process with the value that a replica gets.
    ///
    /// - Parameter reads: What the release has said when it was tried; nil when it was not.
    public func effective(_ process: String, _ reads: RuntimeReads?) -> [String: EffectiveVariable] {
        let given = given(process)
        var effective = given.mapValues { variable in
            EffectiveVariable(source: Self.words(variable.source), value: variable.value.map { .text($0) } ?? .secret)
        }
        for name in release.files.environmentExports.keys where scriptWins(name, over: given[name]) {
            effective[name] = script(name, reads)
        }
        return effective
    }

    /// What `env.sh` makes of a variable; nil when it exports none of that name.
    public func script(_ name: String, _ reads: RuntimeReads?) -> EffectiveVariable? {
        release.files.environmentExports[name].map { export in
            let value = reads?.exports[name] ?? export.value
            return EffectiveVariable(source: "env.sh:\(export.line)", value: value.map { .text($0) } ?? .unknown)
        }
    }

    /// Whether what `env.sh` exports is what counts.
    public func scriptWins(_ name: String, over given: GivenVariable?) -> Bool {
        guard let given, spec.release.environmentScript == .ours else { return true }
        return given.source == .platform && LaunchEnvironment.extensible.contains(name)
    }

    private static func words(_ source: GivenVariable.Source) -> String {
        switch source {
        case .platform: "beamctl"
        case .user(let words): words
        }
    }
}
