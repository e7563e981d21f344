import Foundation

/// The systemd unit of the daemon (systemd.service(5), systemd.exec(5), systemd.kill(5)).
struct ServiceUnit {
    /// Whether it is the machine's; else the user's own.
    let isSystem: Bool
    /// Whom it runs as, for a unit of the machine.
    let user: String
    /// The path of beamctl.
    let program: String
    /// What the daemon is told: variables by name.
    let variables: [String: String]

    /// The unit's name.
    static let name = "beamctl.service"

    /// The file's text.
    var text: String {
        """
        # Written by beamctl service install.
        [Unit]
        Description=beamctl: keeps replicas as they are wanted
        After=network-online.target
        Wants=network-online.target

        [Service]
        ExecStart=\(Self.quoted(program).replacing("$", with: "$$")) daemon run --wait
        \(isSystem ? "User=\(user)\n" : "")\(environment)Restart=on-failure
        RestartSec=1
        # Replicas, their name server and the entrance outlive the daemon.
        KillMode=process
        # A replica that the kernel ends for its memory is started again by the daemon: no reason to end the others.
        OOMPolicy=continue
        TasksMax=infinity
        LimitNOFILE=1048576
        UMask=0077

        [Install]
        WantedBy=\(isSystem ? "multi-user.target" : "default.target")

        """
    }

    private var environment: String {
        variables.sorted { $0.key < $1.key }.map { "Environment=\(Self.quoted("\($0.key)=\($0.value)"))\n" }.joined()
    }

    /// As one word of a unit: in quotes, with `%` doubled, for specifiers are replaced within them too. In a command `$` is to be doubled, too.
    private static func quoted(_ word: String) -> String {
        let escaped = word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            .replacing("%", with: "%%")
        return "\"\(escaped)\""
    }
}
