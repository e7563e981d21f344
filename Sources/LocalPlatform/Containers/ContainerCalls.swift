import BeamRelease
import DockerClient
import FleetModel

/// How a command of the user's terminal runs in a container: through `docker exec`, which gives it the terminal.
struct ContainerCalls: Sendable {
    /// The path of `docker`; nil: there is none.
    let program: String?
    let engine: DockerHost
    let home: Home

    /// The program that does it. Neither a secret nor the cookie is in its arguments: the container's own script gives the environment.
    ///
    /// Throws `invalid_request` without a `docker`.
    func call(_ command: OneOffCommand, in plan: LaunchPlan, container: String) throws -> ProgramCall {
        guard let program else {
            throw PlatformError(
                .invalidRequest, "commands run in containers through the program docker, which is not on the daemon's PATH",
                hint: "sudo apt-get install docker-cli (or docker.io), then beamctl daemon stop")
        }
        let script = "\(ContainerFiles.folder)/\(LaunchScript.path)"
        let elsewhere =
            command.directory == plan.directory ? [] : ["-e", "\(LaunchScript.directoryVariable)=\(command.directory)"]
        let words = elsewhere + [container, "/bin/sh", script] + LaunchScript.arguments(command, in: plan)
        return ProgramCall(
            executable: "/bin/sh", arguments: ["-c", Self.terminal, program] + words,
            // A folder without settings of the user's own.
            environment: ["DOCKER_HOST": engine.description, "DOCKER_CONFIG": home.preflights, "HOME": home.path],
            directory: home.path, standardInput: command.standardInput)
    }

    /// A terminal in the container where there is one here.
    private static let terminal = """
        if [ -t 0 ] && [ -t 1 ]; then exec "$0" exec -it "$@"; else exec "$0" exec -i "$@"; fi
        """
}
