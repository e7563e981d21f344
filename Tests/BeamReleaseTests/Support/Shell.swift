import Foundation
import Glibc

/// What a program said, run to its end.
struct Shell {
    var status: Int32
    var output: String
    var errors: String

    /// Runs a program with exactly this environment, or that of the test.
    @discardableResult
    static func run(
        _ executable: String, _ arguments: [String], environment: [String: String]? = nil, directory: String = "/",
        input: String = ""
    ) throws -> Shell {
        let scratch = try Scratch()
        try scratch.file("input", input)
        let (output, errors) = ("\(scratch.path)/output", "\(scratch.path)/errors")
        let program = try Daemon(
            executable, arguments, environment: environment ?? ProcessInfo.processInfo.environment, directory: directory,
            input: "\(scratch.path)/input", output: output, errors: errors)
        let status = program.wait()
        let text = { (path: String) in String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self) }
        return Shell(status: status, output: text(output), errors: text(errors))
    }

    /// Asks again and again until the answer is the one that is waited for, or time is up.
    static func eventually(within seconds: Double, _ condition: () throws -> Bool) rethrows -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while Date() < deadline {
            if try condition() { return true }
            usleep(20_000)
        }
        return try condition()
    }
}
