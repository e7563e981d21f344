import ArgumentParser
import Deploying
import FleetModel
import Foundation
import Glibc
import LocalPlatform

/// `beamctl service install|uninstall|print`: the daemon as a service of systemd.
struct ServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Have systemd start the daemon with the machine, and again when it fails.",
        discussion: """
            Without --system the service is the user's own, and starts with the machine too (loginctl enable-linger). With it, it is the
            machine's, runs as the user who calls sudo, or as --user, and keeps its state in that user's home unless BEAMCTL_HOME says
            otherwise. BEAMCTL_HOME and the other variables of a daemon, DOCKER_HOST among them, are taken from the environment.
            """,
        subcommands: [Install.self, Uninstall.self, Print.self])

    /// What the three take.
    struct Place: ParsableArguments {
        @Flag(help: "A service of the machine, not of the user.") var system = false
        @Option(help: "Whom a service of the machine runs as.") var user: String?

        func validate() throws {
            if user != nil && !system { throw ValidationError("--user is for --system: a service of one's own runs as oneself") }
        }

        /// Runs the same command on the machine that `--on` names, if that is another; returns whether it is not to be run here.
        func runsElsewhere(_ verb: String, _ options: PlatformOptions) async throws -> Bool {
            try await Session.run(options, isOfProject: false, connects: false) { session in
                _ = try session.machineDaemon
                let words = ["service", verb] + (system ? ["--system"] : []) + (user.map { ["--user", $0] } ?? [])
                guard let there = session.there(words) else { return false }
                try Becoming.become(there)
            }
        }

        /// The unit, for this program and this environment.
        func unit(_ surroundings: Surroundings) throws -> ServiceUnit {
            let given = surroundings.environment.filter { MachineSettings.variables.contains($0.key) && !$0.value.isEmpty }
            // A typo would keep the service from starting, where nobody looks.
            _ = (try surroundings.machine.home(), try surroundings.machine.network(), try surroundings.machine.entrance())
            let owner = user ?? surroundings.environment["SUDO_USER"] ?? NSUserName()
            guard getpwnam(owner) != nil else {
                throw CommandFailure("invalid_request", "there is no user '\(owner)'", exitCode: CommandFailure.Exit.usage)
            }
            return ServiceUnit(
                isSystem: system, user: owner, program: MachineSettings.program,
                variables: given)
        }

        func path(_ surroundings: Surroundings) -> String {
            if system { return "/etc/systemd/system/\(ServiceUnit.name)" }
            let home = surroundings.environment["HOME"] ?? NSHomeDirectory()
            let configuration = surroundings.environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            return "\(configuration ?? home + "/.config")/systemd/user/\(ServiceUnit.name)"
        }

        func systemctl(_ words: [String], _ surroundings: Surroundings) async throws {
            try await ServiceManager(environment: surroundings.environment).run("systemctl", (system ? [] : ["--user"]) + words)
        }
    }

    /// `service print`.
    struct Print: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "print", abstract: "Show the unit; change nothing.")
        @OptionGroup var options: PlatformOptions
        @OptionGroup var place: Place

        func run() async throws {
            if try await place.runsElsewhere("print", options) { return }
            let surroundings = Surroundings.current()
            Terminal(noColour: true).print(String(try place.unit(surroundings).text.dropLast()))
        }
    }

    /// `service install`.
    struct Install: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "install", abstract: "Write the unit, enable and start it; replicas that run go on.")
        @OptionGroup var options: PlatformOptions
        @OptionGroup var place: Place

        func run() async throws {
            if try await place.runsElsewhere("install", options) { return }
            let surroundings = Surroundings.current()
            let terminal = Terminal(noColour: surroundings.noColour)
            let unit = try place.unit(surroundings)
            let path = place.path(surroundings)
            // Asked first: without a manager that answers, nothing is written.
            try await place.systemctl(["show", "--property", "Version"], surroundings)
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(unit.text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            terminal.say("  wrote \(path)")
            if !place.system {
                do {
                    try await ServiceManager(environment: surroundings.environment).run("loginctl", ["enable-linger"])
                } catch {
                    terminal.say(
                        "  it will run only while you are logged in: \((error as? CommandFailure)?.message ?? "\(error)")")
                }
            }
            try await place.systemctl(["daemon-reload"], surroundings)
            try await place.systemctl(["enable", ServiceUnit.name], surroundings)
            try await place.systemctl(["restart", ServiceUnit.name], surroundings)
            // One that a command has started hands over.
            let home = try surroundings.machine.home()
            if unit.isSystem == false || unit.user == NSUserName(), DaemonLock.isHeld(home) {
                terminal.say("  a daemon that runs already goes on; the service takes over when it ends: beamctl daemon stop")
            }
            terminal.print("the daemon is a service: systemctl \(place.system ? "" : "--user ")status beamctl")
        }
    }

    /// `service uninstall`.
    struct Uninstall: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "uninstall", abstract: "Stop the service and remove its unit; replicas go on.")
        @OptionGroup var options: PlatformOptions
        @OptionGroup var place: Place

        func run() async throws {
            if try await place.runsElsewhere("uninstall", options) { return }
            let surroundings = Surroundings.current()
            let path = place.path(surroundings)
            guard FileManager.default.fileExists(atPath: path) else {
                var other = place
                other.system.toggle()
                let isThere = FileManager.default.fileExists(atPath: other.path(surroundings))
                throw CommandFailure(
                    "not_found", "there is no \(path)",
                    hint: !isThere
                        ? "beamctl service install"
                        : place.system ? "beamctl service uninstall, without --system" : "beamctl service uninstall --system")
            }
            try await place.systemctl(["disable", "--now", ServiceUnit.name], surroundings)
            try FileManager.default.removeItem(atPath: path)
            try await place.systemctl(["daemon-reload"], surroundings)
            Terminal(noColour: true).print("the service is gone; replicas go on")
        }
    }
}
