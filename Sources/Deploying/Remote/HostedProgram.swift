public import FleetModel
import Foundation
import ProcessTree
import Subprocess
import SystemPackage

/// A program that is run for a beamctl elsewhere, on another machine or in another process: its output is this process' own, and it
/// ends, with everything that it has started, when nobody listens any more. However the other one ends: then the pipe ends.
public struct HostedProgram: Sendable {
    private let call: ProgramCall

    /// What it is asked to end with; then it is killed. Less than whoever called allows for all of it.
    private static let patience = Duration.seconds(1)

    /// How a program is called through such a process.
    ///
    /// - Parameters:
    ///   - host: The path of beamctl.
    ///   - environment: Of that process; the program's own goes through no environment and no argument but its own.
    public static func call(
        _ call: ProgramCall, by host: String, environment: [String: String]
    ) throws -> ProgramCall {
        ProgramCall(
            executable: host, arguments: ["host", "program"], environment: environment, directory: "/",
            standardInput: try line(call))
    }

    /// A call as the line that ``read()`` takes.
    static func line(_ call: ProgramCall) throws -> String {
        String(decoding: try JSONEncoder().encode(call), as: UTF8.self) + "\n"
    }

    /// Reads the call from a line of standard input, up to 16 MiB. Throws ``BuildError``.
    public static func read() throws -> HostedProgram {
        HostedProgram(call: try JSONDecoder().decode(ProgramCall.self, from: Data(try CallerInput.line())))
    }

    /// Runs it to its end, or to the end of standard input, and returns its exit code. Nothing that it has started is left then.
    /// Throws ``BuildError``.
    public func run() async throws -> Int32 {
        Descendants.adopt()
        let step = BuildStep(call.executable, call.arguments, directory: call.directory)
        let runner = CommandRunner(environment: call.environment, patience: Self.patience)
        let code: Int32?
        do {
            code = try await CallerInput.untilGone { try await runner.runInPlace(step) }
        } catch {
            Descendants.killAll()
            throw error
        }
        Descendants.killAll()
        if let code { return code }
        // Who would have removed it was killed.
        if let folder = call.temporaryFolder { try? FileManager.default.removeItem(atPath: folder) }
        return 1
    }
}
