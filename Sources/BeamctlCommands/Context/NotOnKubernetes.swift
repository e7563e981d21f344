import ControlAPI

/// What only a daemon has: on a platform without one a verb that asks for it is refused, with what does the same there.
extension Session {
    /// The daemon that certificates are given to.
    var certificateDaemon: DaemonClient {
        get throws {
            try daemon(
                orElse: "certificates are those of a machine's entrance, and a cluster has an Ingress instead",
                "kubernetes.ingress.tls in beamctl.yml, which names a Secret with a certificate")
        }
    }

    /// The daemon that is asked about itself.
    var machineDaemon: DaemonClient {
        get throws {
            try daemon(
                orElse: "this is about the daemon of a machine, and a cluster has none", "beamctl doctor --on kubernetes")
        }
    }

    /// The daemon that ends everything.
    var endingDaemon: DaemonClient {
        get throws {
            try daemon(
                orElse: "stop --all ends all that beamctl runs on a machine, and in a cluster it runs nothing but your apps",
                "beamctl list, then beamctl stop APP for each")
        }
    }

    private func daemon(orElse reason: String, _ instead: String) throws -> DaemonClient {
        guard let daemon else {
            throw CommandFailure("not_on_kubernetes", reason, hint: instead, exitCode: CommandFailure.Exit.usage)
        }
        return daemon
    }
}
