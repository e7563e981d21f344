import ArgumentParser
import FleetModel

/// What every verb takes.
struct PlatformOptions: ParsableArguments {
    @Option(name: .customLong("on"), help: "The platform: local (this machine).")
    var platform: PlatformName = .local

    @Option(name: .shortAndLong, help: "The namespace.")
    var namespace: String = AppKey.defaultNamespace

    func validate() throws {
        if let problem = DNSLabel.problem(with: namespace) {
            throw ValidationError("the namespace '\(namespace)' \(problem)")
        }
    }
}

/// The platforms that `--on` can name.
enum PlatformName: String, ExpressibleByArgument, CaseIterable {
    case local
}

/// For verbs that read.
struct FormatOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false
}
