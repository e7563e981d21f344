/// The reader of a mix release's `runtime.exs`: Elixir text that the release's own `eval` evaluates, and that says which
/// variables are read. Nothing of the release's configuration runs for it. ``RuntimeReads/parse(_:)`` reads the answer.
public enum ConfigReader {
    /// Names the file that starts the reader, for ``expression``.
    public static let fileVariable = "BEAMCTL_CONFIG_READS"
    /// Names the folder where the reader lies compiled, for each Elixir and OTP; it may be missing, or empty.
    public static let cacheVariable = "BEAMCTL_CONFIG_READER_CACHE"
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
    public static let files = [
        starterName: starter, "config_reads.exs": text, "sys.config": "[].\n", "vm.args": "", "remote.vm.args": "",
    ]

    private static let starterName = "start_reader.exs"

    /// Starts the reader. It takes longer to compile than all that it does, so what was compiled once is kept; whatever cannot be
    /// loaded is compiled again.
    private static let starter = #"""
        source = Path.join(__DIR__, "config_reads.exs")
        key = :erlang.md5([File.read!(source), System.version(), :erlang.system_info(:version)])
        folder = System.get_env("\#(cacheVariable)")
        kept = folder && Path.join(folder, Base.encode16(key, case: :lower) <> ".beam")

        loaded =
          with true <- is_binary(kept),
               {:ok, code} <- File.read(kept),
               {:module, _} <- :code.load_binary(BeamctlConfigReads, String.to_charlist(source), code) do
            true
          else
            _ -> false
          end

        unless loaded do
          [{_, code} | _] = Code.compile_file(source)
          # Another trial may write the same at this moment.
          fresh = kept && "#{kept}.#{System.pid()}"

          with true <- is_binary(kept), :ok <- File.mkdir_p(folder), :ok <- File.write(fresh, code) do
            File.rename(fresh, kept)
          end
        end

        apply(BeamctlConfigReads, :main, [])

        """#

    /// What `eval` needs in its environment, over whatever else is there.
    ///
    /// - Parameters:
    ///   - folder: where the ``files`` lie, an absolute path.
    ///   - names: the variables to look for in the code; what does not fit into the bounds is left out.
    ///   - exports: the variables whose values are told.
    ///   - cache: where the reader is kept compiled; nil compiles it each time.
    public static func environment(
        folder: String, names: some Sequence<String>, exports: Set<String> = [], cache: String? = nil
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
        let told = exports.subtracting(without.keys)
        return asking(folder: folder, names: names, exports: told, cache: cache).merging(without) { $1 }
    }

    /// The part of it that a boot with the release's own configuration needs, too.
    public static func asking(
        folder: String, names: some Sequence<String>, exports: Set<String> = [], cache: String? = nil
    ) -> [String: String] {
        var variables = [
            fileVariable: "\(folder)/\(starterName)", namesVariable: bounded(names), exportsVariable: bounded(exports),
        ]
        variables[cacheVariable] = cache
        return variables
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
