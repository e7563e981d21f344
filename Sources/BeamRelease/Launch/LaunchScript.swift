/// The script by which everything runs in a container of a replica: it gives the replica's environment to the program that its
/// arguments name. So no variable stands in the container's description, which everybody reads who may ask the Engine.
public enum LaunchScript {
    /// Where it lies, relative to the replica's folder.
    public static let path = "config/run"

    /// How many files a program may have open: what Engines give without a limit, a VM makes tables of.
    public static let mostOpenFiles = 65_536

    /// Names another folder to begin in than the plan's.
    public static let directoryVariable = "BEAMCTL_DIRECTORY"

    /// The file, for a plan. Its arguments are those of `env`: variables, then a program and its arguments.
    ///
    /// The image's own `PATH` stays, unless the user has set another.
    public static func file(_ plan: LaunchPlan) -> LaunchPlan.File {
        let exports = plan.environment.filter { $0.key != "PATH" || $0.value != LaunchEnvironment.plainPath }
            .sorted { $0.key < $1.key }
            .map { "export \($0.key)=\(ShellWord.quoted($0.value))\n" }
        let text = """
            # Written by beamctl: gives the replica's environment to what its arguments name.
            limit=$(ulimit -n)
            if [ "$limit" = unlimited ] || [ "$limit" -gt \(mostOpenFiles) ]; then ulimit -n \(mostOpenFiles); fi
            cd "${\(directoryVariable):-\(plan.directory)}"
            unset \(directoryVariable)

            """
        return LaunchPlan.File(path: path, contents: text + exports.joined() + "exec env \"$@\"\n", mode: 0o600)
    }

    /// The arguments that run a command in the environment of a plan: only what differs is named.
    public static func arguments(_ command: OneOffCommand, in plan: LaunchPlan) -> [String] {
        let gone = plan.environment.keys.filter { command.environment[$0] == nil }.sorted()
        let changed = command.environment.filter { plan.environment[$0.key] != $0.value }.sorted { $0.key < $1.key }
        return gone.flatMap { ["-u", $0] } + changed.map { "\($0.key)=\($0.value)" } + [command.executable] + command.arguments
    }
}
