import Deploying
import Foundation
import LocalPlatform

/// What a command takes from the process that it runs in. Environment variables are read here and nowhere else.
struct Surroundings: Sendable {
    /// All variables, for builds, which run with the user's own.
    let environment: [String: String]
    /// The folder that a relative path is meant from.
    let directory: String

    static func current() -> Surroundings {
        Surroundings(environment: ProcessInfo.processInfo.environment, directory: FileManager.default.currentDirectoryPath)
    }

    /// What a daemon is told by variables: where its things are, and how it reaches them.
    static let ofDaemon = [
        "BEAMCTL_HOME", "BEAMCTL_NETWORK", "BEAMCTL_DOCKER_NETWORK", "DOCKER_HOST", "BEAMCTL_ENTRANCE", "BEAMCTL_TRUSTED_PROXIES",
    ]

    /// `BEAMCTL_HOME`, or `~/.local/share/beamctl` (XDG Base Directory).
    func home() throws -> Home {
        if let path = environment["BEAMCTL_HOME"], !path.isEmpty { return try Home(path: path) }
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return try Home(path: data + "/beamctl") }
        return try Home(path: (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/beamctl")
    }

    /// `BEAMCTL_NETWORK`, or the standard one.
    func network() throws -> LoopbackNetwork {
        try LoopbackNetwork(environment["BEAMCTL_NETWORK"].flatMap { $0.isEmpty ? nil : $0 } ?? LoopbackNetwork.standard)
    }

    /// `DOCKER_HOST`, `BEAMCTL_DOCKER_NETWORK`.
    var containers: ContainerSettings {
        ContainerSettings(
            host: environment["DOCKER_HOST"], network: environment["BEAMCTL_DOCKER_NETWORK"].flatMap { $0.isEmpty ? nil : $0 },
            program: program)
    }

    /// The path of a program that `PATH` leads to; nil when there is none.
    func tool(_ name: String) -> String? { ProgramPath.find(name, in: environment) }

    /// `BEAMCTL_ENTRANCE` and `BEAMCTL_TRUSTED_PROXIES`.
    func entrance() throws -> EntranceSettings {
        try EntranceSettings(
            listen: environment["BEAMCTL_ENTRANCE"], trusted: environment["BEAMCTL_TRUSTED_PROXIES"], network: try network())
    }

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

    /// The path of this program; when it was replaced by a newer one meanwhile, of that.
    var program: String {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        let mark = " (deleted)"
        return path.hasSuffix(mark) ? String(path.dropLast(mark.count)) : path
    }

    /// The folder that holds beamctl and the programs that belong to it.
    var programs: String { URL(fileURLWithPath: program).deletingLastPathComponent().path }

    /// `user@host`.
    var user: String {
        "\(environment["USER"] ?? environment["LOGNAME"] ?? NSUserName())@\(ProcessInfo.processInfo.hostName)"
    }
}
