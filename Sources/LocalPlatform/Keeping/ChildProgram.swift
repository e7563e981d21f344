import FoundationEssentials
import Glibc
import ProcessTree

/// Starts a program of ours that is to outlive this process: in a session of its own, with nothing inherited.
enum ChildProgram {
    /// Starts it and returns its process id. Its output goes to `output`, appended. Throws ``LocalPlatformError``.
    static func start(_ executable: String, _ arguments: [String], environment: [String], output: String) throws -> Int32 {
        do {
            return try SessionLeader.start(executable, arguments, environment: environment, output: .appended(output))
        } catch {
            throw LocalPlatformError(
                "cannot start \(executable): \(String(cString: strerror(error.number)))", hint: "beamctl doctor")
        }
    }
}
