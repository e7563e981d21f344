import ArgumentParser
import BeamRelease
import FleetModel
import Foundation
import KubernetesPlatform
import LocalPlatform

/// `beamctl attach [APP] [-- COMMAND…]`.
struct AttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Join the cluster from a VM of your own, as a hidden node.",
        usage: "beamctl attach [APP] [-- COMMAND…]",
        discussion: """
            COMMAND is whatever starts a VM: iex, erl, erl -s observer, livebook server. It runs with what joins it to the cluster in
            ERL_AFLAGS; the cookie is read from a file and is in no argument and no variable. Without a command, the ways to do the
            same by hand are printed.
            A program that starts distribution by itself, under a name of its own, needs --own-name; `livebook` has it anyway.
            On Kubernetes a port of this machine's loopback leads to each node, through the API server: while COMMAND runs or, without
            one, until Ctrl-C.
            """)

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions
    @Flag(help: "COMMAND starts distribution by itself; it is shown where the nodes are.") var ownName = false
    @Argument(help: "The app, or its project's folder.") var app: String?
    @Argument(parsing: .postTerminator, help: "The command and its arguments.") var command: [String] = []

    /// What is left to do once nothing is asked of the platform any more.
    private enum Rest {
        case nothing
        /// To end with this exit code.
        case exit(Int32)
        /// To run this in the place of this process.
        case become(ProgramCall)
    }

    func run() async throws {
        let rest = try await Session.run(options, of: app) { session -> Rest in
            if let cluster = session.cluster { return .exit(try await forwarded(cluster, session)) }
            let key = try AppName.resolve(app, options, in: session)
            let words = format.words + (ownName ? ["--own-name"] : []) + (command.isEmpty ? [] : ["--"] + command)
            if let there = session.there(running: "attach", [key.app, "-n", key.namespace] + words) { return .become(there) }
            let attachment = try await session.platform.attachment(of: key)
            if format.json {
                session.terminal.print(try JSONOutput.text(attachment))
            } else if command.isEmpty {
                show(attachment, key, session)
            } else {
                return .become(joining(attachment, session))
            }
            return .nothing
        }
        switch rest {
        case .nothing: return
        case .exit(let code): Foundation.exit(code)
        case .become(let call):
            if options.endsWithCaller { Foundation.exit(try Accompanying.run(call, endsWithCaller: true)) }
            try Becoming.become(call)
        }
    }

    /// In a cluster: the ways to its nodes are ours, and end with us.
    private func forwarded(_ cluster: ClusterPlatform, _ session: Session) async throws -> Int32 {
        let key = try AppName.resolve(app, options, in: session)
        let attach = ClusterAttach(cluster: cluster, key: key, home: session.home.attachments)
        do {
            return try await attach.run { attachment in
                guard command.isEmpty else { return try await ClusterAttach.run(joining(attachment, session)) }
                if format.json {
                    session.terminal.print(try JSONOutput.text(attachment))
                } else {
                    show(attachment, key, session)
                    session.terminal.say("These hold until Ctrl-C, which ends the ways to the nodes.")
                }
                try await ClusterAttach.untilEnded()
                return 0
            }
        } catch is CancellationError where command.isEmpty {
            return 0
        }
    }

    private func joining(_ attachment: Attachment, _ session: Session) -> ProgramCall {
        var environment = session.surroundings.environment
        let own = environment["ERL_AFLAGS"].map { " " + $0 } ?? ""
        environment["ERL_AFLAGS"] =
            AttachPlan.flags(hasOwnName ? attachment.ownNameArgumentsFile : attachment.argumentsFile) + own
        return ProgramCall(
            executable: "/usr/bin/env", arguments: command, environment: environment,
            directory: FileManager.default.currentDirectoryPath)
    }

    /// Whether the command names its VM itself.
    private var hasOwnName: Bool { ownName || command.first.map { $0 == "livebook" || $0.hasSuffix("/livebook") } ?? false }

    private func show(_ attachment: Attachment, _ key: AppKey, _ session: Session) {
        let flags = ShellWord.plain(AttachPlan.flags(attachment.argumentsFile))
        let nodes = attachment.nodes
        let name = key.app + (key.namespace == AppKey.defaultNamespace ? "" : " -n \(key.namespace)")
        session.terminal.print(
            """
            \(key.app) has \(Quantity.count(nodes.count, "node"))\(nodes.isEmpty ? "" : ": " + nodes.joined(separator: ", "))
            A VM of this machine joins as a hidden node in any of these ways:
              beamctl attach \(name) -- iex
              iex --erl \(flags)
              erl -args_file \(ShellWord.plain(attachment.argumentsFile)) -s observer
              ERL_AFLAGS=\(ShellWord.plain(AttachPlan.flags(attachment.ownNameArgumentsFile))) livebook server
            The cookie, where a program asks for it: \(attachment.cookieFile)
            """)
    }
}
