/// What an `env.sh` reads and sets: enough of a POSIX shell to tell comments, quotes, expansions and assignments apart (POSIX.1,
/// Shell Command Language, 2.2, 2.3, 2.6.2). Here-documents are taken for words.
struct ShellScript {
    /// An expansion of a variable that the script does not set itself.
    struct Read: Hashable {
        var name: String
        var line: Int
        var column: Int
        /// What holds without the variable; nil when nothing does.
        var defaultText: String?
    }

    /// A `NAME=value`, or a `NAME` behind `export`.
    struct Assignment: Hashable {
        var name: String
        var line: Int
        /// The value as it is written; nil for a bare `export NAME`.
        var value: String?
        var isExported: Bool
    }

    /// What it reads, in order.
    private(set) var reads: [Read] = []
    /// What it sets, in order.
    private(set) var assignments: [Assignment] = []

    /// The names that commands after the script see.
    var exported: Set<String> {
        Set(assignments.filter(\.isExported).map(\.name))
    }

    /// Whether every line runs, each once and in order: there is no condition, no loop and no function.
    private(set) var isStraight = true

    /// How many bytes are looked at.
    private static let longest = 1 << 20
    /// What each shell has.
    private static let shells: Set<String> = ["PWD", "OLDPWD", "PPID", "IFS", "OPTARG", "OPTIND", "LINENO", "PS1", "PS2", "PS4"]

    init(text: String) {
        var scanner = ShellScanner(Array(text.utf8.prefix(Self.longest)))
        scanner.run()
        isStraight = !scanner.branches
        let set = Set(scanner.assignments.map(\.name))
        let exported = Set(scanner.assignments.filter(\.isExported).map(\.name))
        assignments = scanner.assignments.map { assignment in
            var assignment = assignment
            assignment.isExported = exported.contains(assignment.name)
            return assignment
        }
        // A script that extends a variable, X="$X more" or X="${X:-default}", reads what it is given; one that sets its own and
        // reads that further down does not.
        reads = scanner.reads.filter { read in
            guard !Self.shells.contains(read.name) else { return false }
            guard set.contains(read.name) else { return true }
            // the variable of a loop
            if scanner.assignments.contains(where: { $0.name == read.name && $0.value == nil && !$0.isExported }) { return false }
            return scanner.assignments.first { $0.name == read.name }.map { $0.line >= read.line } ?? true
        }
    }
}
