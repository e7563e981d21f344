public import BeamRelease
public import FleetModel

/// Compares what a release reads with what its replicas will be given: the release, the manifest, and what was set beside it.
public struct ConfigCheck: Sendable {
    /// The release.
    public var release: Release
    /// What the manifest says.
    public var spec: AppSpec
    /// The app's namespace.
    public var namespace: String
    /// What is set beside the manifest.
    public var settings: Settings
    /// Where variables of the manifest stand: their lines by path, such as `env.NAME`; empty when the manifest is not at hand.
    public var lines: [String: Int]
    /// The manifest's name, for people.
    public var manifest: String
    /// An address that a replica may have, and the name server's, for what is shown of variables that hold them.
    public var addresses = Addresses()

    /// What the platform itself gives, by process, where it knows better than an example replica of this machine does.
    public var platform: [String: [String: String]]?
    /// Variables that objects of the platform give beside the manifest and what is set, and in words where each is; their values are
    /// never looked at.
    public var elsewhere: [String: String] = [:]

    /// Values of secrets, as far as they are at hand: they are looked at, and never told.
    public var secretValues: [String: String] = [:]
    /// Whether the release's files lie on this machine, under its root.
    public var isReleaseHere = true

    /// See ``ConfigCheck/addresses``.
    public struct Addresses: Hashable, Sendable {
        /// A replica's.
        public var replica: String
        /// The name server's.
        public var nameServer: String

        /// Makes them.
        public init(replica: String = "127.88.0.11", nameServer: String = "127.88.0.1") {
            self.replica = replica
            self.nameServer = nameServer
        }
    }

    /// Makes one.
    public init(
        release: Release, spec: AppSpec, namespace: String, settings: Settings, lines: [String: Int] = [:],
        manifest: String = "beamctl.yml"
    ) {
        self.release = release
        self.spec = spec
        self.namespace = namespace
        self.settings = settings
        self.lines = lines
        self.manifest = manifest
    }

    /// What there is to say, over all processes.
    ///
    /// - Parameter reads: What the release says of itself; nil when it was not asked.
    public func findings(_ reads: RuntimeReads?) -> ConfigFindings {
        let all = spec.processes.keys.sorted().map { process in
            let references = layers(of: process).references
            return lint(process: process, reads).findings().reading(references, unset: { settings.secrets[$0] == nil })
        }
        guard let first = all.first else { return ConfigFindings(variables: [], problems: []) }
        var findings = all.dropFirst().reduce(first) { $0.joined(with: $1) }
        findings.problems = commandProblems + findings.problems + coveredProblems + hostProblems + httpProblems(reads)
        return findings
    }

    /// Commands of processes that are not in the release.
    private var commandProblems: [ConfigProblem] {
        guard isReleaseHere else { return [] }
        let processes = spec.processes.sorted { $0.key < $1.key }.map { name, process -> (key: String, words: [String]?) in
            let isPlain = name == AppSpec.plainProcess && lines["command"] != nil
            return (isPlain ? "command" : "processes.\(name).command", process.command)
        }
        return (processes + [("release_command", spec.releaseCommand)]).compactMap { key, words in
            guard let problem = words.flatMap({ release.problem(withCommand: $0) }) else { return nil }
            let place = lines[key].map { ", \(manifest):\($0)" } ?? ""
            return ConfigProblem(
                severity: .error, code: .commandMissing, message: "\(key)\(place): \(problem)", hint: Release.commandHint)
        }
    }

    /// Where a process's variables come from.
    public func layers(of process: String) -> EnvironmentLayers {
        EnvironmentLayers(spec, process: process, settings: settings)
    }

    /// Every variable that a process is given: the platform's, and the user's over them; nil for secrets.
    public func given(_ process: String) -> [String: GivenVariable] {
        var given = platformVariables(process).mapValues { GivenVariable(source: .platform, value: $0) }
        let discovery = launchDiscovery
        for (name, sources) in layers(of: process).sources where !LaunchEnvironment.isReserved(name, in: discovery) {
            guard let layer = sources.last else { continue }
            given[name] = GivenVariable(source: .user(words(layer.source, name)), value: plainValue(layer, name))
        }
        for (name, words) in elsewhere where covers(name, of: process) {
            given[name] = GivenVariable(source: .user(words), value: nil)
        }
        return given
    }

    /// Whether what an object of the platform gives holds over what the manifest and the settings say: over plain variables alone.
    public func covers(_ name: String, of process: String) -> Bool {
        guard elsewhere[name] != nil, !LaunchEnvironment.isReserved(name, in: launchDiscovery) else { return false }
        let layers = layers(of: process)
        guard let last = layers.sources[name]?.last else { return true }
        return last.source != .secret && layers.references[name] == nil
    }

    /// A layer in words, with the line of a variable in it: `manifest env, beamctl.yml:12`.
    public func words(_ source: EnvironmentLayers.Source, _ name: String) -> String {
        let path: String
        switch source {
        case .setting: return "beamctl env"
        case .secret: return "secret"
        case .manifest: path = "env"
        case .process(let process): path = "processes.\(process).env"
        case .environment(let chosen): path = "environments.\(chosen).env"
        case .environmentProcess(let chosen, let process): path = "environments.\(chosen).processes.\(process).env"
        }
        return path + (lines["\(path).\(name)"].map { ", \(manifest):\($0)" } ?? ", \(manifest)")
    }

    /// What the platform itself sets, with examples.
    public func platformVariables(_ process: String) -> [String: String] {
        platform?[process] ?? example(process).environment(of: release)
    }

    /// A replica of a process as one might be started.
    func example(_ process: String) -> ExampleReplica {
        let peers = "\(spec.clusterName)-peers.\(namespace).svc.cluster.local"
        var example = ExampleReplica(
            address: addresses.replica, nameServer: addresses.nameServer, peers: peers, discovery: launchDiscovery)
        example.nodeBase = spec.cluster.name
        if spec.cluster.nodeName == .hostname { example.host = "\(addresses.replica.replacing(".", with: "-")).\(peers)" }
        example.publicHost = spec.publicHost(of: process, in: namespace)
        example.schedulers = spec.processes[process]?.resources?.schedulers
        if spec.runtime == .docker {
            // In a network of its own every replica has its port for itself.
            example.httpPort = spec.processes[process]?.http?.port ?? HTTPSpec.defaultPort
            (example.root, example.directory) = (ImageLayout.release, ImageLayout.replica)
        }
        return example
    }

    private var launchDiscovery: LaunchRequest.Discovery {
        switch spec.cluster.discovery {
        case .auto: .auto
        case .app: .app
        case .none: .none
        }
    }

    private func lint(process: String, _ reads: RuntimeReads?) -> ConfigLint {
        let layers = layers(of: process)
        let given = given(process)
        let substitution = substitution(given)
        let references = layers.references
        let needed = layers.referredSecrets.union(spec.secrets)
        var lint = ConfigLint(
            release: release, vmArguments: .init(substitution.author(of: .vmArguments)),
            systemConfig: .init(substitution.author(of: .systemConfig)),
            environmentScript: spec.release.environmentScript == .theirs ? .theirs : .ours, given: given, runtimeReads: reads,
            missingSecrets: needed.filter { settings.secrets[$0] == nil })
        for (name, secrets) in references.sorted(by: { $0.key > $1.key }) {
            for secret in secrets.subtracting(spec.secrets) { lint.madeOfSecrets[secret] = name }
        }
        lint.isClustered = isClustered
        lint.secretValues = secretValues
        lint.leavesToScript = spec.config.renderer == .native
        lint.wantsValues = substitution.isAsked
        return lint
    }

    /// Whether the platform sets up distribution.
    var isClustered: Bool { spec.cluster.discovery != .none }

    /// Who replaces placeholders.
    func substitution(_ given: [String: GivenVariable]) -> Substitution {
        Substitution(
            release, given.compactMapValues(\.value), spec.config.renderer == .native ? .native : .beamctl,
            spec.release.replacesVariables)
    }

    /// The value that a layer gives a variable; nil for what is a secret, or holds one.
    public func plainValue(_ layer: EnvironmentLayers.Layer, _ name: String) -> String? {
        guard layer.source != .secret, let text = layer.variables[name] else { return nil }
        if layer.source == .setting { return text }
        return SecretReference.names(in: text).isEmpty ? try? SecretReference.resolve(text) { _ in nil } : nil
    }
}

extension ConfigLint.Substitution {
    fileprivate init(_ author: Substitution.Author) {
        self =
            switch author {
            case .nobody: .none
            case .beamctl: .beamctl
            case .tool: .native
            }
    }
}

extension ConfigFindings {
    /// The same, but for secrets that other variables are made of: those are read before the release is started, and a variable is not
    /// given as long as one of its own is not set.
    fileprivate func reading(_ references: [String: Set<String>], unset: (String) -> Bool) -> ConfigFindings {
        var findings = self
        let secrets = references.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        findings.problems.removeAll { $0.code == .variableUnread && $0.variable.map(secrets.contains) ?? false }
        for index in findings.variables.indices
        where findings.variables[index].state == .unread && secrets.contains(findings.variables[index].name) {
            findings.variables[index].state = .given
            findings.variables[index].suggestion = nil
        }
        for index in findings.variables.indices where [.given, .unread].contains(findings.variables[index].state) {
            guard references[findings.variables[index].name]?.contains(where: unset) ?? false else { continue }
            findings.variables[index].state = .incomplete
        }
        return findings
    }

    /// What holds for two processes of one release: of a variable, the worse.
    fileprivate func joined(with other: ConfigFindings) -> ConfigFindings {
        var byName = Dictionary(variables.map { ($0.name, $0) }) { $1 }
        for finding in other.variables {
            if let known = byName[finding.name], known.state.rank >= finding.state.rank { continue }
            byName[finding.name] = finding
        }
        let known = Set(problems)
        return ConfigFindings(
            variables: byName.values.sorted { $0.name < $1.name },
            problems: problems + other.problems.filter { !known.contains($0) })
    }
}

extension VariableFinding.State {
    fileprivate var rank: Int {
        switch self {
        case .unread: 0
        case .given: 1
        case .optional: 2
        case .defaulted: 3
        case .incomplete: 4
        case .missing: 5
        }
    }
}
