import FleetModel

/// What is said while nothing here applies objects to a cluster yet: `deploy` and the other verbs speak to a daemon.
enum NotOnKubernetes {
    /// Why a verb does nothing on Kubernetes, and what can be done.
    ///
    /// - Parameter what: What asks for it, such as `--on kubernetes`.
    static func failure(_ what: String) -> CommandFailure {
        CommandFailure(
            "not_implemented", "\(what): beamctl prints what runs on Kubernetes, and does not apply it yet",
            hint: "beamctl render kubernetes | kubectl apply -f -, or --on local", exitCode: CommandFailure.Exit.usage)
    }

    /// Refuses an app whose manifest says `on: kubernetes`, where no other platform was asked for.
    static func check(_ spec: AppSpec, _ session: Session, _ options: PlatformOptions) throws {
        guard spec.platform.kind == .kubernetes, options.platform == nil,
            session.surroundings.environment["BEAMCTL_ON"]?.isEmpty ?? true
        else { return }
        throw failure("on: kubernetes")
    }
}
