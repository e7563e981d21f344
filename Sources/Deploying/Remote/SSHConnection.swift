import BeamRelease
public import FleetModel
import Foundation
import Glibc
import Subprocess
import SystemPackage

/// The way to the daemon of another machine, through the user's own `ssh` with all that the user has configured for it.
///
/// One connection is made and stays for ten minutes after its last use (`ControlPersist`), so that only the first of several
/// commands waits for it. Over it the daemon's Unix socket is forwarded to one of this machine, and programs are run there.
public struct SSHConnection: Sendable {
    /// The other machine.
    public let destination: SSHDestination
    private let folder: String
    private let environment: [String: String]
    private let stem: String

    /// Names the connection; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - folder: Holds the sockets; made (0700) when it is not there.
    ///   - environment: The user's own, for `ssh`.
    public init(_ destination: SSHDestination, folder: String, environment: [String: String]) {
        self.destination = destination
        self.folder = folder
        self.environment = environment
        stem = "\(folder)/\(Self.short(destination.description))"
    }

    /// The socket of this machine that leads to the daemon there.
    public var socket: String { stem + ".sock" }
    /// ssh appends a dot and 16 letters while it makes it.
    private var control: String { stem + ".ctl" }
    private var log: String { stem + ".log" }

    /// The longest path of a socket (`sun_path`, unix(7)), without its end.
    private static let longestPath = 107

    /// What is asked of a daemon's own description.
    private struct Daemon: Decodable {
        let socket: String
        let version: String
        let api: Int
    }

    /// Makes the connection where there is none, starts the daemon there if need be, and forwards its socket. Throws
    /// `PlatformError` `unreachable`.
    ///
    /// - Parameter api: The version of the control API that this program speaks.
    public func open(api: Int) async throws {
        guard control.utf8.count + 17 <= Self.longestPath else {
            throw failure(
                "BEAMCTL_HOME is too long: \(folder) leaves no room for a socket", "export BEAMCTL_HOME=<a shorter path>")
        }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // Of several commands at once one makes the connection, and the others find it.
        let lock = try await FileLock.take(stem + ".lock")
        defer { lock.release() }
        if try await ssh(["-O", "check"]).code != 0 { try await connect() }
        let daemon = try await startDaemon(api: api)
        _ = try await ssh(["-O", "cancel", "-L", "\(socket):\(daemon.socket)"])
        unlink(socket)
        let forwarded = try await ssh(["-O", "forward", "-L", "\(socket):\(daemon.socket)"])
        guard forwarded.code == 0 else {
            throw failure(
                "its daemon's socket cannot be forwarded: \(forwarded.lastWords)", "AllowStreamLocalForwarding in its sshd_config"
            )
        }
    }

    /// How a beamctl there is called from here, with these arguments.
    ///
    /// - Parameter isInteractive: Whether it gets a terminal.
    public func program(_ arguments: [String], isInteractive: Bool, input: String? = nil) -> ProgramCall {
        // Programs that a user has installed for himself are not on the PATH of a shell that nobody sits at.
        let words = arguments.map(ShellWord.quoted).joined(separator: " ")
        let line = #"env PATH="$PATH:$HOME/.local/bin:/usr/local/bin" beamctl "# + words
        return ProgramCall(
            executable: "/usr/bin/env",
            // Without a terminal nobody can answer a question.
            arguments: ["ssh", "-q", "-S", control] + (isInteractive ? ["-t"] : ["-T", "-o", "BatchMode=yes"])
                + [destination.description, line],
            environment: environment, directory: "/", standardInput: input)
    }

    /// How a program of the other machine is called from here: its environment goes through no arguments.
    public func program(_ call: ProgramCall) throws -> ProgramCall {
        program(["host", "program"], isInteractive: false, input: try HostedProgram.spec(call))
    }

    // MARK: -

    /// Questions to the user, for a password or about a key, go to the terminal; whatever else ssh says goes to a file, for the
    /// connection stays when this program has ended.
    private func connect() async throws {
        unlink(control)
        let output = try FileDescriptor.open(
            FilePath(log), .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
        let options = ["ControlPersist=600", "StreamLocalBindUnlink=yes", "StreamLocalBindMask=0177", "ServerAliveInterval=15"]
        let result = try await Subprocess.run(
            .name("ssh"),
            arguments: Arguments(
                ["-M", "-S", control, "-f", "-N"] + options.flatMap { ["-o", $0] } + [destination.description]),
            environment: .custom(variables), output: .discarded,
            error: .fileDescriptor(output, closeAfterSpawningProcess: true))
        guard result.terminationStatus.isSuccess else {
            let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            let last = said.split(whereSeparator: \.isNewline).last.map(String.init) ?? "ssh ended without a word"
            throw failure(last, "ssh \(destination)")
        }
    }

    private func startDaemon(api: Int) async throws -> Daemon {
        let call = program(["daemon", "start", "--json"], isInteractive: false)
        let outcome = try await CommandRunner(environment: environment).run(
            BuildStep(call.executable, call.arguments, directory: call.directory)
        ) { _ in }
        guard outcome.isSuccess else {
            if outcome.code == 127 {
                throw failure("beamctl is not installed there", "make dist, and unpack the archive into /usr/local there")
            }
            throw failure(
                "its daemon does not start: \(outcome.tail.last ?? outcome.description)", "ssh \(destination) beamctl doctor")
        }
        guard let daemon = try? JSONDecoder().decode(Daemon.self, from: Data(outcome.tail.joined(separator: "\n").utf8)) else {
            throw failure("its beamctl does not say where its daemon listens", "install the same version of beamctl there")
        }
        guard daemon.api == api else {
            throw failure(
                "its daemon is beamctl \(daemon.version), which speaks version \(daemon.api) of the control API, not \(api)",
                "install the same version of beamctl there, then ssh \(destination) beamctl daemon stop")
        }
        return daemon
    }

    private struct Answer {
        let code: Int
        let lastWords: String
    }

    /// Asks the connection that is there.
    private func ssh(_ arguments: [String]) async throws -> Answer {
        let outcome = try await CommandRunner(environment: environment).run(
            BuildStep("ssh", ["-S", control, "-o", "BatchMode=yes"] + arguments + [destination.description], directory: "/")
        ) { _ in }
        return Answer(code: outcome.code, lastWords: outcome.tail.last ?? outcome.description)
    }

    private var variables: [Environment.Key: String] {
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment { if let key = Environment.Key(rawValue: name) { variables[key] = value } }
        return variables
    }

    private func failure(_ reason: String, _ hint: String) -> PlatformError {
        PlatformError(.unreachable, "\(destination): \(reason)", hint: hint)
    }

    /// A short name for a text: FNV-1a, 64 bits. Two machines that share one would only share a lock and fail to connect.
    private static func short(_ text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 36)
    }
}

/// A lock that a process holds on a file.
private struct FileLock {
    private let descriptor: Int32

    static func take(_ path: String) async throws -> FileLock {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw PlatformError(.unreachable, "cannot make \(path): \(String(cString: strerror(errno)))")
        }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            do { try await Task.sleep(for: .milliseconds(20)) } catch {
                close(descriptor)
                throw error
            }
        }
        return FileLock(descriptor: descriptor)
    }

    func release() { close(descriptor) }
}

extension SSHConnection {
    /// Whether a program that was run on another machine ended by itself: 255 is what ssh says when its connection broke.
    ///
    /// Throws `PlatformError` `.unreachable` when it did not.
    static func checkEnd(of call: ProgramCall, code: Int) throws {
        guard code == 255, call.executable == "/usr/bin/env", call.arguments.contains("ssh") else { return }
        throw PlatformError(
            .unreachable, "the connection to the other machine broke while a command ran there",
            hint: "try again; what it had begun is ended there")
    }
}
