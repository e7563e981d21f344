/// What the texts of a release say, found once for all checks.
struct LintFacts {
    /// A configuration file with its placeholders.
    struct File {
        var name: String
        var text: String
        var substitution: ConfigLint.Substitution
        var placeholders: [Placeholder]
    }

    /// `vm.args` and `remote.vm.args`.
    var arguments: [File] = []
    /// `sys.config`.
    var config: File?
    /// What `sys.config` says.
    var systemConfig = SystemConfigFacts()
    /// What `env.sh` does.
    var script = ShellScript(text: "")
    /// Every place that reads a variable, by its name.
    var reads: [String: [VariableRead]] = [:]

    /// The files that have placeholders.
    var files: [File] { arguments + (config.map { [$0] } ?? []) }

    /// How many places are kept for one variable.
    private static let mostReads = 100

    init(_ lint: ConfigLint) {
        let files = lint.release.files
        if let text = files.vmArguments {
            add(arguments: text, files.isVMArgumentsSource ? "vm.args.src" : "vm.args", lint)
        }
        if let text = files.remoteVMArguments { add(arguments: text, "remote.vm.args", lint) }
        if let text = files.systemConfig {
            let file = File(
                name: files.isSystemConfigSource ? "sys.config.src" : "sys.config", text: text,
                substitution: Self.substitution(lint.systemConfig, lint),
                placeholders: ConfigRenderer.placeholders(inSystemConfig: text))
            config = file
            systemConfig = SystemConfigFacts(text: text)
            for tuple in systemConfig.tuples {
                note(
                    tuple.name,
                    VariableRead(
                        file: file.name, line: tuple.line, column: nil, isCertain: false, defaultText: tuple.defaultText,
                        kind: .systemTuple))
            }
        }
        if let text = files.environmentScript { script = ShellScript(text: text) }
        addPlaceholders(lint.release.tool)
        addScript(lint)
        if let reads = lint.runtimeReads { add(reads) }
    }

    /// mix replaces nothing itself.
    private static func substitution(_ wanted: ConfigLint.Substitution, _ lint: ConfigLint) -> ConfigLint.Substitution {
        wanted == .native && lint.release.tool == .mix ? .none : wanted
    }

    private mutating func add(arguments text: String, _ name: String, _ lint: ConfigLint) {
        let author = Self.substitution(lint.vmArguments, lint)
        arguments.append(
            File(
                // the start scripts know no remote.vm.args
                name: name, text: text, substitution: name == "remote.vm.args" && author == .native ? .none : author,
                placeholders: ConfigRenderer.placeholders(
                    inVMArguments: VMArgumentsText.kept(text, isClustered: lint.isClustered))))
    }

    private mutating func note(_ name: String, _ read: VariableRead) {
        if reads[name, default: []].count < Self.mostReads { reads[name, default: []].append(read) }
    }

    private mutating func addPlaceholders(_ tool: Release.Tool) {
        for file in files where file.substitution != .none {
            // Distillery takes `X:-default` for the name of a variable, which is never there.
            let knowsDefaults = file.substitution == .beamctl || tool != .distillery
            for placeholder in file.placeholders {
                note(
                    placeholder.name,
                    VariableRead(
                        file: file.name, line: placeholder.line, column: placeholder.column,
                        // The tools themselves put nothing where nothing is given.
                        isCertain: file.substitution == .beamctl,
                        defaultText: knowsDefaults ? placeholder.defaultText : nil, kind: .placeholder))
            }
        }
    }

    private mutating func addScript(_ lint: ConfigLint) {
        // The copy of a release that replicas run from reads a variable of ours at the end of its env.sh.
        for read in script.reads where !read.name.hasPrefix(LaunchEnvironment.reservedPrefix) && !isForNothing(read, lint) {
            note(
                read.name,
                VariableRead(
                    file: "env.sh", line: read.line, column: read.column, isCertain: false, defaultText: read.defaultText,
                    kind: .shell))
        }
    }

    /// Whether a variable is only read to make one that what is given wins over.
    private func isForNothing(_ read: ShellScript.Read, _ lint: ConfigLint) -> Bool {
        guard lint.environmentScript == .ours else { return false }
        let made = script.assignments.filter { $0.line == read.line && $0.value?.contains(read.name) ?? false }
        return !made.isEmpty && made.allSatisfy { $0.isExported && lint.wins(over: $0.name) }
    }

    private mutating func add(_ reads: RuntimeReads) {
        for read in reads.reads {
            var (kind, text) = (VariableRead.Kind.optional, String?.none)
            switch read.need {
            case .required: kind = .required
            case .optional: break
            case .defaulted(let value): text = value
            }
            note(
                read.name,
                VariableRead(
                    file: "runtime.exs", line: read.line, column: read.column == 0 ? nil : read.column,
                    isCertain: read.isCertain, defaultText: text, kind: kind, isInteger: read.isInteger))
        }
    }
}
