/// A trial of a release's configuration in a container of its image: what ``ConfigTrial`` is where the release and its files are at hand.
///
/// The image's entrypoint has filled in the configuration and the environment when this runs; what cannot be filled in ends it before. The
/// VM boots with both, starts no application, and ends. A mix release then prints what it reads, also when it does not boot: then it is
/// asked without any configuration, in the same container.
public enum ImageTrial {
    /// What the entrypoint is given.
    public static let words = ["/bin/sh", "-c", script]

    /// The last line of one that went well. A log is read sooner than it is told how a container ended.
    public static let endOfTrial = "beamctl: end of the trial"

    /// What stands between the words of a boot that failed and what the release says that it reads.
    public static let endOfBoot = "beamctl: end of the boot"

    private static let readerVariable = "BEAMCTL_CONFIG_READER"
    private static let askingVariable = "BEAMCTL_CONFIG_ASKS"
    private static let tryingVariable = "BEAMCTL_CONFIG_TRIES"

    /// Variables that it needs beside those of a replica.
    ///
    /// - Parameters:
    ///   - names: The variables that are looked for in the release's code.
    ///   - reads: Whether what the release reads is to be printed although it boots; that takes longer than the boot.
    public static func variables(names: some Sequence<String>, reads: Bool) -> [String: String] {
        let asks = #"Code.eval_string(System.fetch_env!("\#(readerVariable)")); apply(BeamctlConfigReads, :main, [])"#
        return ConfigReader.asking(folder: "", names: names).filter { $0.key == ConfigReader.namesVariable }.merging([
            readerVariable: ConfigReader.text, askingVariable: asks,
            // A reader that fails is no failure of the release.
            tryingVariable: reads ? "try do \(asks) rescue _ -> :ok catch _, _ -> :ok end" : ":ok",
            // A dump would hold the environment, and nobody reads it.
            "ERL_CRASH_DUMP_SECONDS": "0",
        ]) { $1 }
    }

    /// Names and tool of the release stand in the image, as the entrypoint reads them.
    private static let script = #"""
        root=${BEAMCTL_ROOT:-/app}
        name=$(sed -n 's/^name=//p' /beamctl/release)
        tool=$(sed -n 's/^tool=//p' /beamctl/release)
        read -r erts version <"$root/releases/start_erl.data" || :
        if [ "$tool" = mix ]; then
          code=0
          "$root/bin/$name" eval "$\#(tryingVariable)" || code=$?
          if [ "$code" -eq 0 ]; then
            printf '\n%s\n' "\#(endOfTrial)"
            exit 0
          fi
          printf '\n%s\n' "\#(endOfBoot)"
          folder=$RELEASE_TMP/reader
          mkdir -p "$folder"
          echo '[].' >"$folder/sys.config"
          : >"$folder/vm.args"
          : >"$folder/remote.vm.args"
          # the file of the node's environment would set these back
          unset BEAMCTL_ENV_FILE
          export RELEASE_SYS_CONFIG="$folder/sys" RELEASE_VM_ARGS="$folder/vm.args" RELEASE_TMP="$folder"
          export RELEASE_REMOTE_VM_ARGS="$folder/remote.vm.args" RELEASE_DISTRIBUTION=none
          "$root/bin/$name" eval "$\#(askingVariable)" || :
          exit "$code"
        fi
        boot=$root/releases/$version/start_clean
        [ -f "$boot.boot" ] || boot=$root/bin/start_clean
        config=${RELX_CONFIG_PATH:-${SYS_CONFIG_PATH:-$root/releases/$version/sys.config}}
        # a trial joins nobody
        export BEAMCTL_PEERS=nobody.invalid
        set -- -noshell -noinput -mode embedded -config "$config" -args_file "$BEAMCTL_DIR/config/vm.args" -eval 'halt(0).'
        if [ -x "$root/erts-$erts/bin/erlexec" ]; then
          export ROOTDIR="$root" BINDIR="$root/erts-$erts/bin" EMU=beam PROGNAME=erl
          "$BINDIR/erlexec" -boot "$boot" -boot_var SYSTEM_LIB_DIR "$root/lib" -boot_var RELEASE_LIB "$root/lib" "$@" || exit $?
        else
          erl -boot start_clean "$@" || exit $?
        fi
        printf '\n%s\n' "\#(endOfTrial)"
        """#
}
