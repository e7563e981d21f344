import BeamRelease
import DockerClient
import FleetModel

/// How a command of the user's terminal runs in a container: through `beamctl host exec`, which asks the Engine and gives it the terminal.
struct ContainerCalls: Sendable {
    /// The path of `beamctl`.
    let program: String
    let engine: DockerHost
    let home: Home

    /// The program that does it. Neither a secret nor the cookie is in its arguments: the container's own script gives the environment.
    func call(_ command: OneOffCommand, in plan: LaunchPlan, container: String) -> ProgramCall {
        let script = "\(ContainerFiles.folder)/\(LaunchScript.path)"
        let elsewhere =
            command.directory == plan.directory ? [] : ["--env", "\(LaunchScript.directoryVariable)=\(command.directory)"]
        let words =
            ["host", "exec", "--engine", engine.description, "--container", container] + elsewhere
            + ["--", "/bin/sh", script] + LaunchScript.arguments(command, in: plan)
        return ProgramCall(
            executable: program, arguments: words, environment: ["HOME": home.path], directory: home.path,
            standardInput: command.standardInput)
    }
}
