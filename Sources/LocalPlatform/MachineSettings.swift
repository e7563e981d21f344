import FoundationEssentials

/// What environment variables say of this machine's daemon: where its things are, and how they are reached. Commands and daemon read
/// the same.
public struct MachineSettings: Sendable {
    private let environment: [String: String]
    /// The folder of beamctl's programs.
    private let programs: String

    /// The variables, in the order in which people are told of them.
    public static let variables = [
        "BEAMCTL_HOME", "BEAMCTL_NETWORK", "BEAMCTL_DOCKER_NETWORK", "DOCKER_HOST", "BEAMCTL_ENTRANCE", "BEAMCTL_TRUSTED_PROXIES",
    ]

    /// Makes one; nothing is read yet but variables.
    ///
    /// - Parameter programs: The folder of beamctl's programs; nil: that of this process.
    public init(_ environment: [String: String], programs: String? = nil) {
        self.environment = environment
        self.programs = programs ?? Self.folder(of: Self.program)
    }

    /// The path of this process' program; when it was replaced by a newer one meanwhile, of that.
    public static var program: String {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        let mark = " (deleted)"
        return path.hasSuffix(mark) ? String(path.dropLast(mark.count)) : path
    }

    /// Where a program of beamctl is.
    public func path(of program: OwnProgram) -> String { "\(programs)/\(program.rawValue)" }

    /// `BEAMCTL_HOME`, or `~/.local/share/beamctl` (XDG Base Directory). Throws ``LocalPlatformError`` when it cannot be one.
    public func home() throws -> Home {
        if let path = given("BEAMCTL_HOME") { return try Home(path: path) }
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return try Home(path: data + "/beamctl") }
        let user = environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
        return try Home(path: user + "/.local/share/beamctl")
    }

    /// `BEAMCTL_NETWORK`, or the standard one. Throws ``LocalPlatformError`` for what is no such network.
    public func network() throws -> LoopbackNetwork {
        try LoopbackNetwork(given("BEAMCTL_NETWORK") ?? LoopbackNetwork.standard)
    }

    /// `DOCKER_HOST`, `BEAMCTL_DOCKER_NETWORK`.
    public var containers: ContainerSettings {
        ContainerSettings(
            host: environment["DOCKER_HOST"], network: given("BEAMCTL_DOCKER_NETWORK"), program: path(of: .beamctl))
    }

    /// `BEAMCTL_ENTRANCE` and `BEAMCTL_TRUSTED_PROXIES`. Throws ``LocalPlatformError`` for what is no place or no proxy.
    public func entrance() throws -> EntranceSettings {
        try EntranceSettings(
            listen: environment["BEAMCTL_ENTRANCE"], trusted: environment["BEAMCTL_TRUSTED_PROXIES"], network: try network())
    }

    private func given(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    private static func folder(of program: String) -> String {
        program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "."
    }
}
