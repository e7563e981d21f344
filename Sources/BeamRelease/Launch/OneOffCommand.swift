/// A command that runs in a replica's environment, beside the replica.
public struct OneOffCommand: Hashable, Sendable {
    /// What is asked for.
    public enum Request: Hashable, Sendable {
        /// An expression in a VM of its own, with the release's code and configuration, its applications loaded and not started.
        /// Elixir for mix; else Erlang, and its value is printed.
        case eval(String)
        /// An expression in the running node. In the language of the release: Elixir for mix, else Erlang.
        case rpc(String)
        /// A shell in the running node; `terminal` is the value of `TERM` to run it in.
        case remote(terminal: String?)
    }

    /// The program, an absolute path.
    public var executable: String
    /// Its arguments, without its own name.
    public var arguments: [String]
    /// Its environment, all of it.
    public var environment: [String: String]
    /// The folder that it starts in.
    public var directory: String
    /// What it reads from its standard input; nil: what the user types.
    public var standardInput: String?
}

extension LaunchPlan {
    /// The command for a request in the environment of a replica whose files are in place.
    ///
    /// Throws ``ReleaseError``: `.noDistribution` for `rpc` and `remote` when discovery is `none`, `.badLaunch` for what cannot be
    /// started.
    public static func oneOff(
        _ wish: OneOffCommand.Request, in request: LaunchRequest
    ) throws(ReleaseError) -> OneOffCommand {
        // What its replicas run is not what is asked for here.
        var request = request
        request.command = []
        let plan = try LaunchPlan(request)
        let needsNode = if case .eval = wish { false } else { true }
        if needsNode, request.discovery == .none {
            throw ReleaseError(
                .noDistribution, at: request.replica,
                "the node stands alone: cluster.discovery is none, so no other node can reach it",
                next: "set cluster.discovery to auto or app, then deploy")
        }
        var command = OneOffCommand(
            executable: plan.executable, arguments: [], environment: plan.environment, directory: plan.directory,
            standardInput: nil)
        if case .remote(let terminal?) = wish { command.environment["TERM"] = terminal }
        // Not where the replica's own dump may lie.
        if request.environment["ERL_CRASH_DUMP"] == nil {
            command.environment["ERL_CRASH_DUMP"] = "\(request.directory)/tmp/erl_crash.dump"
        }
        if request.release.tool == .mix {
            command.arguments = mixArguments(wish)
        } else {
            try useRuntime(of: request, plan, for: wish, in: &command)
        }
        return command
    }

    private static func mixArguments(_ wish: OneOffCommand.Request) -> [String] {
        switch wish {
        case .eval(let expression): ["eval", expression]
        case .rpc(let expression): ["rpc", expression]
        case .remote: ["remote"]
        }
    }

    /// The scripts of relx and Distillery have an `eval` of their own, which needs a node that runs, and put the cookie into the arguments of what they call, where every user of the machine
    /// reads it. So the same programs are called without them: these read `.erlang.cookie`.
    private static func useRuntime(
        of request: LaunchRequest, _ plan: LaunchPlan, for wish: OneOffCommand.Request, in command: inout OneOffCommand
    ) throws(ReleaseError) {
        if case .eval(let expression) = wish { return evaluate(expression, request, plan, &command) }
        guard request.release.includesERTS else {
            throw ReleaseError(
                .badLaunch, at: request.replica, "the release has no ERTS of its own, and with it no erl_call",
                next: "build it with include_erts true")
        }
        let programs = "\(request.root)/erts-\(request.release.erts)/bin"
        switch wish {
        case .eval: break
        case .rpc(let expression):
            command.executable = "\(programs)/erl_call"
            command.arguments = ["-R", "-address", "\(request.address):\(request.distributionPort)", "-timeout", "60"]
            if request.release.erts.parts[0] >= 13 { command.arguments.append("-fetch_stdout") }
            command.arguments.append("-e")
            let text = expression.reversed().drop { $0.isWhitespace }
            command.standardInput = String(text.reversed()) + (text.first == "." ? "\n" : ".\n")
        case .remote:
            command.executable = "\(programs)/erlexec"
            command.arguments = remoteShell(request)
            command.environment.merge(OneOffCommand.runtime(request)) { $1 }
        }
    }

    private static func remoteShell(_ request: LaunchRequest) -> [String] {
        return [
            "-name", "undefined@\(request.address)", "-remsh", request.node, "-hidden", "-mode", "interactive",
            "-boot", request.release.cleanBoot(in: request.root), "-boot_var", "SYSTEM_LIB_DIR", "\(request.root)/lib",
            "-boot_var", "RELEASE_LIB", "\(request.root)/lib",
            "-args_file", "\(request.directory)/\(LaunchPaths.remoteVMArguments)", "-setcookie", VMArguments.decoy,
        ]
    }
}
