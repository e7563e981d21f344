import Deploying
import Foundation
import LocalPlatform

/// What a command takes from the process that it runs in. Environment variables are read here, and what a daemon reads too in
/// ``MachineSettings``, and nowhere else.
struct Surroundings: Sendable {
    /// All variables, for builds, which run with the user's own.
    let environment: [String: String]
    /// The folder that a relative path is meant from.
    let directory: String

    static func current() -> Surroundings {
        Surroundings(environment: ProcessInfo.processInfo.environment, directory: FileManager.default.currentDirectoryPath)
    }

    /// What they say of this machine's daemon.
    var machine: MachineSettings { MachineSettings(environment) }

    /// The path of a program that `PATH` leads to; nil when there is none.
    func tool(_ name: String) -> String? { ProgramPath.find(name, in: environment) }

    /// `--on`, or `BEAMCTL_ON`; nil when neither says anything.
    func platform(_ options: PlatformOptions) throws -> PlatformName? {
        if let named = options.platform { return named }
        guard let text = environment["BEAMCTL_ON"], !text.isEmpty else { return nil }
        guard let named = PlatformName(argument: text) else {
            throw CommandFailure(
                "invalid_request", "BEAMCTL_ON is '\(text)', which names no platform",
                hint: "export BEAMCTL_ON=kubernetes, ssh://user@host, or local", exitCode: CommandFailure.Exit.usage)
        }
        return named
    }

    /// `DOCKER_CONFIG`, or `~/.docker`: where `docker login` keeps what it was told.
    var dockerConfig: String {
        environment["DOCKER_CONFIG"].flatMap { $0.isEmpty ? nil : $0 } ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.docker"
    }

    /// `NO_COLOR` (no-color.org): any value but the empty one.
    var noColour: Bool { environment["NO_COLOR"].map { !$0.isEmpty } ?? false }

    /// `user@host`.
    var user: String {
        "\(environment["USER"] ?? environment["LOGNAME"] ?? NSUserName())@\(ProcessInfo.processInfo.hostName)"
    }
}
