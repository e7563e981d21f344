/// Starts the daemon itself, for commands that find none.
public enum DaemonProcess {
    /// Starts a program in a session of its own, its output appended to a file. Throws ``LocalPlatformError``.
    public static func start(_ program: String, _ arguments: [String], environment: [String], output: String) throws {
        _ = try ChildProgram.start(program, arguments, environment: environment, output: output)
    }
}
