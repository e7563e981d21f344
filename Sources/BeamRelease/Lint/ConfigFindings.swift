/// What a release's configuration asks for, and what is wrong with it. No text in here holds the value of a variable.
public struct ConfigFindings: Hashable, Sendable {
    /// How many problems are told at most.
    public static let mostProblems = 500

    /// The variables that are read, and those that are given and not read; by name.
    public var variables: [VariableFinding]
    /// What is wrong: errors first, then by file and line.
    public var problems: [ConfigProblem]

    /// Makes them.
    public init(variables: [VariableFinding] = [], problems: [ConfigProblem] = []) {
        self.variables = variables
        self.problems = problems
    }

    /// Whether nothing keeps the release from booting, as far as can be told.
    public var isFine: Bool { !problems.contains { $0.severity == .error } }
}

/// A variable, and what reads it.
public struct VariableFinding: Hashable, Sendable {
    /// How a variable stands.
    public enum State: String, Hashable, Sendable {
        /// It is given.
        case given
        /// It is not given, and each place that needs it has a default.
        case defaulted
        /// It is not given, and the places that read it take that for an answer.
        case optional
        /// It is not given, and a place that reads it needs it.
        case missing
        /// It is given, and nothing reads it.
        case unread
        /// It is given, and made of a secret that is not set.
        case incomplete
    }

    /// Its name.
    public var name: String
    /// How it stands.
    public var state: State
    /// Where it is read, a hundred places at most.
    public var reads: [VariableRead]
    /// The name that may have been meant: for a missing one among those that nothing reads, and the other way round.
    public var suggestion: String?
}

/// A place that reads a variable.
public struct VariableRead: Hashable, Sendable {
    /// What kind of place it is.
    public enum Kind: String, Hashable, Sendable {
        /// A `${NAME}` in a configuration file.
        case placeholder
        /// A call in `runtime.exs` that fails without the variable.
        case required
        /// A call in `runtime.exs` that does not.
        case optional
        /// A `{system, "NAME"}` in `sys.config`: a library may resolve it.
        case systemTuple
        /// An expansion in `env.sh`.
        case shell
    }

    /// The file's name in `releases/<version>`.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The column, from 1, where it is known.
    public var column: Int?
    /// Whether each boot reads it.
    public var isCertain: Bool
    /// What holds when the variable is not given: a text, or an expression as it is written.
    public var defaultText: String?
    /// What kind of place it is.
    public var kind: Kind
    /// Whether the value is turned into an integer there, which fails for every other text.
    public var isInteger = false

    /// Whether a boot needs the variable here.
    var isDemanding: Bool { defaultText == nil && kind != .optional }

    /// `file:line:column`.
    var place: String { "\(file):\(line)" + (column.map { ":\($0)" } ?? "") }
}

/// Something that is wrong, or may be.
public struct ConfigProblem: Hashable, Sendable {
    /// How bad it is.
    public enum Severity: String, Hashable, Sendable {
        /// The release does not boot, or boots with something that cannot be meant.
        case error
        /// It may be meant.
        case warning
    }

    /// What kind of trouble it is; more may come.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// Stable, lower-case, with dashes.
        public let description: String
    }

    /// How bad it is.
    public var severity: Severity
    /// What kind of trouble it is.
    public var code: Code
    /// One line in lower case: what, where, why.
    public var message: String
    /// The file's name in `releases/<version>`.
    public var file: String?
    /// The line in the file, from 1.
    public var line: Int?
    /// The variable.
    public var variable: String?
    /// What to do.
    public var hint: String?

    /// Makes one.
    public init(
        severity: Severity, code: Code, message: String, file: String? = nil, line: Int? = nil, variable: String? = nil,
        hint: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.file = file
        self.line = line
        self.variable = variable
        self.hint = hint
    }
}

extension ConfigProblem.Code {
    /// A variable that is read without a default is not given.
    public static let variableMissing = Self(description: "variable-missing")
    /// A declared secret has no value.
    public static let secretMissing = Self(description: "secret-missing")
    /// A variable is given, and nothing reads it.
    public static let variableUnread = Self(description: "variable-unread")
    /// A variable that is read without a default is given, and empty.
    public static let variableEmpty = Self(description: "variable-empty")
    /// A value is longer than Linux takes.
    public static let valueTooLong = Self(description: "value-too-long")
    /// What is to be a port is none.
    public static let notAPort = Self(description: "not-a-port")
    /// What is turned into an integer is none.
    public static let notAnInteger = Self(description: "not-an-integer")
    /// A switch is set to a word that means no, and is taken for yes.
    public static let switchStaysOn = Self(description: "switch-stays-on")
    /// Placeholders that nothing replaces.
    public static let placeholdersStay = Self(description: "placeholders-stay")
    /// A node's name in the `vm.args` of a mix release.
    public static let nameInVMArguments = Self(description: "name-in-vm-args")
    /// A secret that would be among the VM's arguments.
    public static let secretInArguments = Self(description: "secret-in-vm-args")
    /// A cookie that can be read in `vm.args`.
    public static let cookieInPlainSight = Self(description: "cookie-in-plain-sight")
    /// A placeholder or a value with which the tool's own pass never ends.
    public static let nativeLoop = Self(description: "native-loop")
    /// A value that the tool's own pass would change.
    public static let nativeChange = Self(description: "native-change")
    /// A value that breaks the file when the tool's own pass puts it in.
    public static let nativeBreak = Self(description: "native-break")
    /// The project's `env.sh` exports what is given, too.
    public static let environmentScript = Self(description: "env-sh-override")
    /// A configuration file cannot be parsed.
    public static let syntax = Self(description: "config-syntax")
    /// A variable is given in two ways, and a secret wins over the one that is meant.
    public static let variableCovered = Self(description: "variable-covered")
    /// The host that the app believes to have is not one whose requests come to it.
    public static let hostNotRouted = Self(description: "host-not-routed")
    /// The app serves HTTP, and no process says so.
    public static let httpMissing = Self(description: "http-missing")
    /// A command that the release is to run is not in it.
    public static let commandMissing = Self(description: "command-missing")
    /// More problems than are told.
    public static let more = Self(description: "more-problems")
}
