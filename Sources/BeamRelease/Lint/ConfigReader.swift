/// The reader of a mix release's `runtime.exs`: Elixir text that the release's own `eval` evaluates, and that says which
/// variables are read. Nothing of the release's configuration runs for it. ``RuntimeReads/parse(_:)`` reads the answer.
public enum ConfigReader {
    /// Names the file that holds the reader, for ``expression``.
    public static let fileVariable = "BEAMCTL_CONFIG_READS"
    /// Names the variables that are looked for in the release's code, between spaces.
    public static let namesVariable = "BEAMCTL_CONFIG_NAMES"
    /// Names the variables whose values are told, between spaces.
    public static let exportsVariable = "BEAMCTL_CONFIG_EXPORTS"
    /// How many names are looked for, at most.
    public static let mostNames = 1000
    /// How many bytes all names may have together: Linux refuses a variable of more than 128 KiB.
    public static let longestNames = 100 << 10

    /// What `bin/<app> eval` is given. The path comes from the environment, so that no path has to be quoted.
    public static let expression = #"Code.eval_file(System.fetch_env!("\#(fileVariable)"))"#

    /// What has to lie in a folder of its own: file names and texts. The configuration holds nothing, so neither `runtime.exs`
    /// nor another config provider runs; without arguments of its own the VM opens no port and meets no cluster.
    public static let files = ["config_reads.exs": text, "sys.config": "[].\n", "vm.args": "", "remote.vm.args": ""]

    /// What `eval` needs in its environment, over whatever else is there.
    ///
    /// - Parameters:
    ///   - folder: where the ``files`` lie, an absolute path.
    ///   - names: the variables to look for in the code; what does not fit into the bounds is left out.
    ///   - exports: the variables whose values are told.
    public static func environment(
        folder: String, names: some Sequence<String>, exports: Set<String> = []
    ) -> [String: String] {
        let without = [
            "RELEASE_SYS_CONFIG": "\(folder)/sys",
            "RELEASE_VM_ARGS": "\(folder)/vm.args",
            "RELEASE_REMOTE_VM_ARGS": "\(folder)/remote.vm.args",
            "RELEASE_TMP": folder,
            "RELEASE_DISTRIBUTION": "none",
            // a crash is told by its text; a dump beside it would hold the environment
            "ERL_CRASH_DUMP_SECONDS": "0",
        ]
        return asking(folder: folder, names: names, exports: exports.subtracting(without.keys)).merging(without) { $1 }
    }

    /// The part of it that a boot with the release's own configuration needs, too.
    public static func asking(
        folder: String, names: some Sequence<String>, exports: Set<String> = []
    ) -> [String: String] {
        [fileVariable: "\(folder)/config_reads.exs", namesVariable: bounded(names), exportsVariable: bounded(exports)]
    }

    private static func bounded(_ names: some Sequence<String>) -> String {
        var text = ""
        for name in names.filter({ LintNames.isVariable($0) }).sorted().prefix(mostNames) {
            guard text.utf8.count + name.utf8.count < longestNames else { break }
            text += text.isEmpty ? name : " \(name)"
        }
        return text
    }
}
