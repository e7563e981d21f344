// A VM of a release, started without the release's own script.
extension OneOffCommand {
    /// A VM that boots kernel and stdlib alone, in this environment: arguments are to follow. The release's own ERTS, or where it has
    /// none the `erl` on its PATH.
    static func erlang(_ request: LaunchRequest, _ environment: [String: String]) -> OneOffCommand {
        guard request.release.includesERTS else {
            return OneOffCommand(
                executable: "/usr/bin/env", arguments: ["erl", "-boot", "start_clean"], environment: environment,
                directory: request.directory, standardInput: nil)
        }
        return OneOffCommand(
            executable: "\(programs(request))/erlexec",
            arguments: [
                "-boot", request.release.cleanBoot(in: request.root), "-boot_var", "SYSTEM_LIB_DIR", "\(request.root)/lib",
                "-boot_var", "RELEASE_LIB", "\(request.root)/lib",
            ],
            environment: environment.merging(runtime(request)) { $1 }, directory: request.directory, standardInput: nil)
    }

    /// What ends a VM once it has booted, in `ERL_ZFLAGS`: behind whatever flags there are.
    static let endingFlags = "-noshell -noinput -eval halt(0)."

    /// What `erlexec` wants in its environment, as `erl` sets it.
    static func runtime(_ request: LaunchRequest) -> [String: String] {
        ["ROOTDIR": request.root, "BINDIR": programs(request), "EMU": "beam", "PROGNAME": "erl"]
    }

    private static func programs(_ request: LaunchRequest) -> String { "\(request.root)/erts-\(request.release.erts)/bin" }
}

extension LaunchPlan {
    /// Where a replica's VM reads its `sys.config`: rendered by us, written by the tool's own start, or as the release has it.
    func systemConfig(of request: LaunchRequest) -> String {
        let own = "\(request.directory)/\(LaunchPaths.systemConfig)"
        if files.contains(where: { $0.path == LaunchPaths.systemConfig }) { return own }
        let substitution = Substitution(
            request.release, request.environment, request.rendering, request.replacesVariables)
        switch (request.release.tool, substitution.author(of: .systemConfig)) {
        case (.rebar3, .tool): return own
        // Its start copies the file there, replaced or not, and config providers write to it.
        case (.distillery, _) where request.rendering == .native: return "\(request.directory)/var/sys.config"
        default: return "\(request.root)/\(request.release.versionFolder)/sys.config"
        }
    }

    /// What `mix release` has as `eval`, for the other tools: the release's code, its configuration and its environment, applications
    /// loaded, nothing started, no node of the cluster.
    static func evaluate(_ expression: String, _ request: LaunchRequest, _ plan: LaunchPlan, _ command: inout OneOffCommand) {
        let release = request.release
        var call = OneOffCommand.erlang(request, command.environment)
        call.environment.merge(
            [
                expressionVariable: expression,
                applicationsVariable: release.applications.map(\.name).joined(separator: " "),
            ]
        ) { $1 }
        let code = release.applications.map { "\(request.root)/lib/\($0.name)-\($0.version)/ebin" }
        let protocols = "\(request.root)/\(release.versionFolder)/consolidated"
        call.arguments +=
            [
                "-noshell", "-mode", "interactive", "-pa", protocols,
            ] + code + [
                "-config", plan.systemConfig(of: request),
                "-args_file", "\(request.directory)/\(LaunchPaths.evaluationArguments)", "-eval", evaluation,
            ]
        command = call
        // Only a start of the tool's own writes what it fills in; beside a replica there has been one.
        guard request.rendering == .native else { return }
        command.executable = "/bin/sh"
        command.arguments =
            [
                "-c", filling, "\(request.root)/bin/\(release.name)", plan.systemConfig(of: request),
                release.cleanBoot(in: request.root), call.executable,
            ] + call.arguments
    }

    private static let expressionVariable = "BEAMCTL_EXPRESSION"
    private static let applicationsVariable = "BEAMCTL_APPLICATIONS"

    /// A start that starts nothing writes them. What it says is not what was asked for.
    private static let filling = """
        if [ ! -f "$1" ]; then
          ERL_ZFLAGS="${ERL_ZFLAGS:-} \(OneOffCommand.endingFlags)" "$0" console_boot "$2" > /dev/null 2>&1 < /dev/null || true
        fi
        if [ ! -f "$1" ]; then
          echo "error: config.render is native, and only a start of the release writes its sys.config: run a replica first" >&2
          exit 1
        fi
        shift 2
        exec "$@"
        """

    private static let evaluation = """
        io:setopts([{encoding, unicode}]),
        [application:load(list_to_atom(Name)) || Name <- string:lexemes(os:getenv("\(applicationsVariable)"), " ")],
        Say = fun(Why) -> io:format(standard_error, "error: ~ts~n", [Why]), 1 end,
        Text = string:trim(os:getenv("\(expressionVariable)"), trailing),
        Whole = case lists:suffix(".", Text) of true -> Text; false -> Text ++ "." end,
        Parse = fun() ->
          case erl_scan:string(Whole) of
            {ok, Tokens, _} -> erl_parse:parse_exprs(Tokens);
            {error, Why, _} -> {error, Why}
          end
        end,
        Code = case Parse() of
          {ok, Expressions} ->
            try erl_eval:exprs(Expressions, erl_eval:new_bindings()) of
              {value, Value, _} -> io:format("~tp~n", [Value]), 0
            catch
              Class:Reason:Stack -> Say(io_lib:format("~tp: ~tp~n~tp", [Class, Reason, Stack]))
            end;
          {error, {_, Module, Reason}} -> Say(Module:format_error(Reason))
        end,
        erlang:halt(Code).
        """
}
