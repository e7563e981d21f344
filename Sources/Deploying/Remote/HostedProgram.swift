public import FleetModel

/// How a program is run for a command so that it ends, with everything that it has started, when the command is gone, however that
/// ends: by `beamctl-keeper --program`, which reads it from its standard input. Its output is the keeper's own.
public enum HostedProgram {
    /// How a program is called through a keeper. Its environment goes through no environment and no argument but its own. Throws
    /// ``BuildError`` for what no program can be given.
    ///
    /// - Parameter keeper: The path of `beamctl-keeper`.
    public static func call(_ call: ProgramCall, by keeper: String) throws -> ProgramCall {
        ProgramCall(
            executable: keeper, arguments: ["--program"], environment: [:], directory: "/", standardInput: try spec(call))
    }

    /// A call as a keeper reads it: tokens `key=value` that each end with a NUL byte, and an empty one at the end.
    static func spec(_ call: ProgramCall) throws -> String {
        var tokens = ["executable=\(call.executable)", "directory=\(call.directory)"]
        tokens += call.arguments.map { "argument=\($0)" }
        tokens += call.environment.map { "environment=\($0.key)=\($0.value)" }.sorted()
        if let folder = call.temporaryFolder { tokens.append("temporary-folder=\(folder)") }
        if let token = tokens.first(where: { $0.utf8.contains(0) }) {
            let name = token.prefix { $0 != "\0" }.split(separator: "=").prefix(2).joined(separator: " ")
            throw BuildError(.stepFailed, at: call.executable, "a NUL byte stands in its \(name), which no program can be given")
        }
        return tokens.joined(separator: "\0") + "\0\0"
    }
}
