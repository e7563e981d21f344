import Foundation
import Testing

/// A real `sshd` on the loopback, behind which stands a machine of its own: another home, another network.
final class SecureShell: Sendable {
    let there: Machine
    private let folder: String
    private let port: UInt16
    private let server: RunningCommand

    /// Starts one, hands over a machine from which `ssh` reaches it, and ends both.
    ///
    /// - Parameter variables: What the other machine has beside what every machine has.
    static func run(
        with variables: [String: String] = [:], _ body: (_ here: Machine, _ shell: SecureShell) async throws -> Void
    ) async throws {
        try await Machine.run { here in
            try await Machine.run(with: variables) { there in
                let shell = try await SecureShell(here: here, there: there, variables)
                do {
                    try await body(here, shell)
                    shell.end()
                } catch {
                    shell.end()
                    throw error
                }
            }
        }
    }

    /// What `--on` is told.
    var destination: String { "ssh://127.0.0.1:\(port)" }
    /// The folder in which the programs lie that a user finds there.
    var programs: String { folder + "/bin" }

    private init(here: Machine, there: Machine, _ variables: [String: String]) async throws {
        self.there = there
        folder = here.home + "/sshd"
        port = try Listener.freePort()
        let environment =
            variables.map { "\($0.key)=\($0.value)" } + [
                "BEAMCTL_HOME=\(there.home)", "BEAMCTL_NETWORK=\(there.network)",
                "PATH=\(folder)/bin:/usr/local/bin:/usr/bin:/bin",
            ]
        try await HelloProject.shell(
            """
            mkdir -p '\(folder)/bin' && cd '\(folder)'
            ssh-keygen -q -t ed25519 -N '' -f host && ssh-keygen -q -t ed25519 -N '' -f user
            ln -s '\(Programs.folder)'/beamctl* bin/
            cat > config <<END
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(folder)/host
            AuthorizedKeysFile \(folder)/user.pub
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            SetEnv \(environment.joined(separator: " "))
            END
            # The user's own ssh, with what else would stand in ~/.ssh.
            mkdir ssh && cat > ssh/ssh <<END
            #!/bin/sh
            exec /usr/bin/ssh -F none -i '\(folder)/user' -o UserKnownHostsFile='\(folder)/known' -o StrictHostKeyChecking=accept-new "\\$@"
            END
            chmod +x ssh/ssh
            [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
            """)
        // Below a shell: sshd closes every descriptor that it inherits, also that by which Foundation learns of a child's end, and then
        // Foundation waits for that end and hears of no other.
        let line = "/usr/sbin/sshd -D -e -f '\(folder)/config' & echo $! > '\(folder)/pid'; wait"
        server = try Command("/bin/sh", ["-c", line], environment: here.environment).start()
        let port = port
        try await here.until("sshd listens") { Listener.answers(port) }
    }

    /// The environment of the user who sits here.
    func environment(_ here: Machine) -> [String: String] {
        ["BEAMCTL_ON": destination, "PATH": "\(folder)/ssh:" + (here.environment["PATH"] ?? "")]
    }

    /// Ends every connection that is open, as a network does that goes away.
    func cut() {
        for process in ProcessTable.running() where ["ssh", "sshd"].contains(process.name) && process.pid != listener {
            if process.mentions(folder) || process.parent == listener { kill(process.pid, SIGKILL) }
        }
    }

    /// The process that takes connections.
    private var listener: Int32? {
        (try? String(contentsOfFile: folder + "/pid", encoding: .utf8)).flatMap {
            Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    private func end() {
        cut()
        if let listener { kill(listener, SIGKILL) }
        kill(server.pid, SIGKILL)
    }
}
