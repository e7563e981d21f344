/// The file that the copy of a mix release sources at the end of its `env.sh`: so what the platform and the manifest say wins
/// over what the project's `env.sh` exports (as Fly's generator writes it: `RELEASE_NODE`, `ERL_AFLAGS`, `DNS_CLUSTER_QUERY`).
enum EnvironmentFile {
    /// What `env.sh` gets at its end. Not `[ … ] && …`: its failure would end the script, which runs under `set -e`.
    static let sourcingLines = """

        # Added by beamctl to its own copy: what the platform and the manifest say wins over what stands above.
        if [ -n "${BEAMCTL_ENV_FILE:-}" ]; then . "$BEAMCTL_ENV_FILE"; fi

        """

    /// Before the name of a secret: the variable that brings its value past `env.sh`, so that it stands in no file.
    static let secretPrefix = "BEAMCTL_SECRET_"

    /// The file's text for an environment. Defaults that the user has not touched stay out, so that `env.sh` may extend them.
    static func text(_ environment: [String: String], _ request: LaunchRequest) -> String {
        let exports = request.environmentScriptWins ? "" : exports(environment, request)
        return title + exports + secretsGone(request) + (request.discovery == .none ? "" : cluster(request))
    }

    private static func exports(_ environment: [String: String], _ request: LaunchRequest) -> String {
        let names = environment.keys.filter { name in
            !name.hasPrefix(secretPrefix) && (!LaunchEnvironment.extensible.contains(name) || request.environment[name] != nil)
        }
        return names.sorted()
            .map { name in
                // What the node itself runs has only the secret, no longer what brought it.
                let value =
                    request.secrets.contains(name)
                    ? "\"${\(secretPrefix)\(name)-$\(name)}\"" : ShellWord.quoted(environment[name] ?? "")
                return "export \(name)=\(value)\n"
            }
            .joined()
    }

    private static func secretsGone(_ request: LaunchRequest) -> String {
        let names = request.secrets.filter { request.environment[$0] != nil }.sorted()
        return names.isEmpty ? "" : "unset " + names.map { secretPrefix + $0 }.joined(separator: " ") + "\n"
    }

    private static let title = "# Written by beamctl; sourced last by env.sh of the release.\n"

    /// Elixir before 1.13 gives `vm.args` to `rpc` and `remote` too, which would then try to listen where the node does. And
    /// addresses here are IPv4: another protocol that `env.sh` has asked for would keep the node from booting.
    private static func cluster(_ request: LaunchRequest) -> String {
        var text = """
            case "${RELEASE_COMMAND:-}" in
              rpc|remote|restart|stop|pid) export RELEASE_VM_ARGS="$RELEASE_REMOTE_VM_ARGS" ;;
            esac

            """
        for name in ["ERL_AFLAGS", "ERL_FLAGS", "ERL_ZFLAGS", "ELIXIR_ERL_OPTIONS"] where request.environment[name] == nil {
            text += """
                case "${\(name):-}" in
                  *-proto_dist*) \(name)=$(printf %s "$\(name)" | sed 's/-proto_dist[ ]*[^ ]*//g'); export \(name) ;;
                esac

                """
        }
        return text
    }
}
