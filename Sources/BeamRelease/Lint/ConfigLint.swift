/// Compares what a release's configuration reads with what it is given. Pure: facts in, findings out.
public struct ConfigLint: Sendable {
    /// Who replaces the placeholders in a configuration file.
    public enum Substitution: String, Hashable, Sendable {
        /// Nobody.
        case none
        /// ``ConfigRenderer``.
        case beamctl
        /// The start script of relx or Distillery. mix has none that does.
        case native
    }

    /// Whose word counts when the project's `env.sh` exports what is given.
    public enum EnvironmentScript: String, Hashable, Sendable {
        /// What is given.
        case ours
        /// What the project exports.
        case theirs
    }

    /// The release.
    public var release: Release
    /// Who replaces the placeholders in `vm.args` and `remote.vm.args`.
    public var vmArguments: Substitution
    /// Who replaces the placeholders in `sys.config`.
    public var systemConfig: Substitution
    /// Whose word counts.
    public var environmentScript: EnvironmentScript
    /// Whether the platform sets up distribution, and leaves what the release's `vm.args` say of it out of its copy.
    public var isClustered = true
    /// Whether the release's own start script is to replace placeholders (`config.render: native`).
    public var leavesToScript = false
    /// Whether somebody asks for placeholders to be replaced.
    public var wantsValues = false
    /// The variables that the release gets.
    public var given: [String: GivenVariable]
    /// Values of secrets, as far as they are at hand: they are looked at, and never told.
    public var secretValues: [String: String] = [:]
    /// What the release says of itself; nil when it was not asked.
    public var runtimeReads: RuntimeReads?
    /// Secrets that the manifest declares or refers to, and that have no value.
    public var missingSecrets: Set<String>
    /// The variables that are made of secrets which the manifest does not declare, by secret.
    public var madeOfSecrets: [String: String] = [:]

    /// Makes one.
    public init(
        release: Release, vmArguments: Substitution, systemConfig: Substitution,
        environmentScript: EnvironmentScript = .ours, given: [String: GivenVariable], runtimeReads: RuntimeReads? = nil,
        missingSecrets: Set<String> = []
    ) {
        self.release = release
        self.vmArguments = vmArguments
        self.systemConfig = systemConfig
        self.environmentScript = environmentScript
        self.given = given
        self.runtimeReads = runtimeReads
        self.missingSecrets = missingSecrets
    }

    /// What there is to say.
    public func findings() -> ConfigFindings {
        let facts = LintFacts(self)
        let variables = VariableVerdicts(self, facts).findings
        var problems = missingProblems(variables, facts) + unreadProblems(variables)
        problems += valueProblems(facts) + portProblems(facts) + integerProblems(facts)
        problems += switchProblems() + placeholderProblems(facts) + argumentProblems(facts) + secretProblems(facts)
        problems += nativeProblems(facts) + scriptProblems(facts) + syntaxProblems(facts)
        return ConfigFindings(variables: variables, problems: Self.bounded(problems))
    }

    private static func bounded(_ problems: [ConfigProblem]) -> [ConfigProblem] {
        let sorted = problems.sorted { left, right in
            if left.severity != right.severity { return left.severity == .error }
            let (first, second) = (left.file ?? "", right.file ?? "")
            if first != second { return first < second }
            if left.line != right.line { return left.line ?? 0 < right.line ?? 0 }
            return left.message < right.message
        }
        guard sorted.count > ConfigFindings.mostProblems else { return sorted }
        let left = sorted.count - ConfigFindings.mostProblems + 1
        let more = ConfigProblem(
            severity: sorted[ConfigFindings.mostProblems - 1].severity, code: .more, message: "\(left) more problems")
        return sorted.prefix(ConfigFindings.mostProblems - 1) + [more]
    }
}

/// A variable that the release gets.
public struct GivenVariable: Hashable, Sendable {
    /// Who gives it.
    public enum Source: Hashable, Sendable {
        /// The platform.
        case platform
        /// The user; the words say where, such as `manifest env, beamctl.yml:12`.
        case user(String)
    }

    /// Who gives it.
    public var source: Source
    /// Its value; nil for a secret.
    public var value: String?

    /// Makes one.
    public init(source: Source, value: String?) {
        self.source = source
        self.value = value
    }

    /// Where the user gives it; nil for the platform's.
    var userPlace: String? {
        if case .user(let place) = source { return place }
        return nil
    }
}
