@testable import BeamRelease

extension ConfigLint {
    /// A lint of a release that needs not be there. The release has been asked, unless `reads` is nil.
    static func sample(
        _ tool: Release.Tool = .mix, files: ReleaseFiles = ReleaseFiles(), by substitution: Substitution = .none,
        script: EnvironmentScript = .ours, given: [String: GivenVariable] = [:], reads: [RuntimeReads.Read]? = []
    ) -> ConfigLint {
        guard let erts = RuntimeVersion("13.1.5") else { fatalError("13.1.5 is a version") }
        let release = Release(
            root: "/build/shop", tool: tool, name: "shop", version: "0.1.0", erts: erts, includesERTS: true, otp: "25",
            elixir: "1.14.0", applications: [], files: files)
        var answer = RuntimeReads()
        answer.reads = reads ?? []
        var lint = ConfigLint(
            release: release, vmArguments: substitution, systemConfig: substitution, environmentScript: script, given: given,
            runtimeReads: reads == nil ? nil : answer)
        lint.isClustered = false
        return lint
    }
}

extension RuntimeReads.Read {
    static func sample(
        _ name: String, line: Int = 1, isCertain: Bool = true, _ need: RuntimeReads.Need, isInteger: Bool = false
    ) -> Self {
        Self(name: name, line: line, column: 5, isCertain: isCertain, need: need, isInteger: isInteger)
    }
}

extension GivenVariable {
    static func platform(_ value: String) -> Self { Self(source: .platform, value: value) }
    static func user(_ value: String, _ place: String = "beamctl.yml") -> Self { Self(source: .user(place), value: value) }
    static func secret() -> Self { Self(source: .user("secret"), value: nil) }
}

extension ConfigFindings {
    /// Each problem in a line.
    var told: [String] { problems.map { "\($0.severity) \($0.code) \($0.message)" } }
    /// How each variable stands.
    var states: [String: VariableFinding.State] {
        Dictionary(uniqueKeysWithValues: variables.map { ($0.name, $0.state) })
    }
    /// Every text in it.
    var texts: [String] {
        problems.flatMap { [$0.message, $0.hint ?? ""] } + variables.flatMap { [$0.name, $0.suggestion ?? ""] }
    }
}
