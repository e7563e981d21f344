import AppManifest
import ArgumentParser
import Deploying
import FleetModel

/// What every verb takes, so that a script can pass the same to all. Verbs that concern no app (`init`, `doctor`, `daemon`, `version`)
/// look at the platform only.
struct PlatformOptions: ParsableArguments {
    @Option(
        name: .customLong("on"),
        help: ArgumentHelp(
            "The platform: local (this machine), ssh://[user@]host[:port], whose daemon is used, or kubernetes. "
                + "(default: BEAMCTL_ON, or what beamctl.yml says, or local)",
            valueName: "platform"))
    var platform: PlatformName?

    @Option(
        name: .customShort("n"),
        help: ArgumentHelp("The namespace. (default: \(AppKey.defaultNamespace))", valueName: "namespace"))
    var givenNamespace: String?

    @Option(
        help: ArgumentHelp(
            "The context of the kubeconfig, on Kubernetes. (default: beamctl.yml's, or the current one)", valueName: "name"))
    var context: String?

    @Option(
        name: [.customShort("e"), .customLong("environment")],
        help: ArgumentHelp(
            "One of the manifest's environments: a deployment of its own, named <app>-<environment>.", valueName: "environment"))
    var environment: String?

    @Flag(name: .customLong(Self.tied), help: .hidden)
    var endsWithCaller = false

    /// What a beamctl elsewhere passes with what it runs here in its own place: what reads its output is that beamctl.
    static let tied = "ends-with-caller"

    /// The namespace, given or not.
    var namespace: String { givenNamespace ?? AppKey.defaultNamespace }

    /// What follows an app's name in a command that is to mean the same one.
    var suffix: String {
        (givenNamespace.map { " -n \($0)" } ?? "") + (environment.map { " -e \($0)" } ?? "")
    }

    func validate() throws {
        if let problem = DNSLabel.problem(with: namespace) {
            throw ValidationError("the namespace '\(namespace)' \(problem)")
        }
        if let environment, let problem = DNSLabel.problem(with: environment, longest: EnvironmentSpec.longestName) {
            throw ValidationError("the environment '\(environment)' \(problem)")
        }
    }
}

/// The platforms that `--on` can name.
enum PlatformName: ExpressibleByArgument {
    case local
    /// The daemon of another machine.
    case ssh(SSHDestination)
    /// A cluster of Kubernetes.
    case kubernetes

    init?(argument: String) {
        if argument == "local" {
            self = .local
        } else if argument == PlatformSpec.Kind.kubernetes.rawValue {
            self = .kubernetes
        } else if let destination = SSHDestination(argument) {
            self = .ssh(destination)
        } else {
            return nil
        }
    }
}

/// For verbs that read.
struct FormatOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false

    /// The same as words of a command line.
    var words: [String] { json ? ["--json"] : [] }
}
