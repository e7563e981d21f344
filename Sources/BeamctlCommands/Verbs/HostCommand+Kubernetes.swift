import ArgumentParser
import Deploying
import FleetModel
import Foundation
import Glibc
import KubernetesClient
import KubernetesPlatform
import LocalPlatform

/// What beamctl has another of itself do in a cluster, because it needs a terminal, or its end is another's to see.
extension HostCommand {
    struct ContextOption: ParsableArguments {
        @Option(help: "The context of the kubeconfig.") var context: String?

        func use<Value>(_ body: (ClusterPlatform) async throws -> Value) async throws -> Value {
            let surroundings = Surroundings.current()
            let helper = ClusterHelper(
                program: MachineSettings.program, environment: surroundings.environment, directory: surroundings.directory)
            let cluster = try ClusterPlatform(context: context, helper: helper)
            do {
                let value = try await body(cluster)
                await cluster.shutdown()
                return value
            } catch {
                await cluster.shutdown()
                throw error
            }
        }
    }

    private static func order() throws -> OnceOrder {
        try OnceOrder(String(decoding: try CallerInput.line(), as: UTF8.self))
    }

    /// `host job`: runs the Job that stands on standard input, and prints what it writes.
    struct JobRun: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "job", abstract: "Run a Job for it.", shouldDisplay: false)

        @OptionGroup var options: ContextOption

        func run() async throws {
            let order = try HostCommand.order()
            let terminal = Terminal(noColour: true)
            let options = options
            // A Job that nobody waits for any more ends with its command.
            let code = try await CallerInput.untilGone {
                try await options.use { cluster in try await cluster.runJob(order) { terminal.print($0) } }
            }
            guard code == 0 else { throw ExitCode(code ?? 1) }
        }
    }

    /// `host trial`: runs the Job of a trial that stands on standard input, and prints what it writes. Ends as ``TrialExit`` says where it
    /// could not.
    struct TrialRun: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "trial", abstract: "Try a configuration in a pod.", shouldDisplay: false)

        @OptionGroup var options: ContextOption
        @Option(help: "How long it may take, in seconds.") var limit: Int

        func run() async throws {
            let order = try HostCommand.order()
            let terminal = Terminal(noColour: true)
            let (options, limit) = (options, limit)
            do {
                let ended = try await CallerInput.untilGone {
                    try await options.use { cluster in
                        try await cluster.runTrial(order, within: .seconds(limit)) { terminal.print($0) }
                    }
                }
                let code = ended ?? 1
                if code == 137 { terminal.print(OutOfMemory.line(limit: nil)) }
                guard code == 0 else { throw ExitCode(code) }
            } catch let error as PlatformError {
                terminal.sayRaw("\n\(TrialExit.mark)\(error.message)\n")
                switch error.code {
                case .trialNotAllowed: throw ExitCode(TrialExit.notAllowed)
                case .trialTimedOut: throw ExitCode(TrialExit.timedOut)
                default: throw ExitCode(TrialExit.notRun)
                }
            }
        }
    }

    /// `host pod`: makes a pod, and runs a command in it with our terminal.
    struct PodRun: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pod", abstract: "Run a command in a pod.", shouldDisplay: false)

        @OptionGroup var options: ContextOption
        @Option(help: "The file that says which pod.") var order: String
        @Argument(parsing: .postTerminator, help: "The command.") var words: [String] = []

        func run() async throws {
            let order = try OnceOrder(try String(contentsOfFile: order, encoding: .utf8))
            let hasTerminal = isatty(0) == 1 && isatty(1) == 1
            let code = try await options.use { cluster in
                try await cluster.withPod(order) { place in
                    try await PodTerminal(hasTerminal: hasTerminal).run(
                        ["/beamctl/entrypoint"] + words, in: place, on: cluster)
                }
            }
            Foundation.exit(code)
        }
    }

    /// `host pod-exec`: runs a command in a pod that is there.
    struct PodExec: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pod-exec", abstract: "Run a command in a pod.", shouldDisplay: false)

        @OptionGroup var options: ContextOption
        @Option(help: "The pod's namespace.") var namespace: String
        @Option(help: "The pod.") var pod: String
        @Option(help: "Its container.") var container: String
        @Flag(help: "Whether it wants a terminal.") var terminal = false
        @Argument(parsing: .postTerminator, help: "The command.") var words: [String] = []

        func run() async throws {
            let place = PodPlace(namespace: namespace, pod: pod, container: container)
            let hasTerminal = terminal && isatty(0) == 1 && isatty(1) == 1
            let code = try await options.use { cluster in
                try await PodTerminal(hasTerminal: hasTerminal).run(words, in: place, on: cluster)
            }
            Foundation.exit(code)
        }
    }
}
