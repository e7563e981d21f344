import ArgumentParser
import ControlAPI

/// The root of all verbs.
struct Beamctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "beamctl",
        abstract: "Deploys Elixir and Erlang releases as clusters of nodes.",
        discussion: """
            Inside a project the app is known from beamctl.yml; elsewhere it is named: beamctl scale hello 5.

            Exit codes: 0 done, 1 failed, 64 wrong usage, 124 timed out waiting, 130 interrupted.
            """,
        version: Version.current,
        subcommands: [
            Init.self, Deploy.self, BuildCommand.self, TemplatesCommand.self, RenderCommand.self, Rollback.self,
            HistoryCommand.self, Status.self, Nodes.self, Scale.self,
            Logs.self,
            Restart.self, DiffCommand.self, RunCommand.self, Eval.self, RPC.self, AttachCommand.self, CrashesCommand.self,
            Remote.self, EnvCommand.self, SecretsCommand.self, CertificatesCommand.self, Config.self, Stop.self, Destroy.self,
            List.self, Doctor.self,
            DaemonCommand.self, ServiceCommand.self, DNSCommand.self, VersionCommand.self, HostCommand.self,
        ])
}

extension Beamctl {
    /// The words that a command line may begin with.
    static var verbs: [String] {
        configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    }
}
