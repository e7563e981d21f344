import BeamRelease
import FleetModel

/// How a command ended other than well: words for people, a stable code, and the exit code (docs/exit-codes in the README).
struct CommandFailure: Error {
    let code: String
    let message: String
    let hint: String?
    /// More to show, such as a build's own output.
    let details: [String]
    let exitCode: Int32

    /// What an exit code means.
    enum Exit {
        static let failed: Int32 = 1
        static let usage: Int32 = 64
        static let timedOut: Int32 = 124
        static let interrupted: Int32 = 130
    }

    init(_ code: String, _ message: String, hint: String? = nil, details: [String] = [], exitCode: Int32 = Exit.failed) {
        self.code = code
        self.message = message
        self.hint = hint
        self.details = details
        self.exitCode = exitCode
    }

    /// The same for somebody who has read the details already.
    var withoutDetails: CommandFailure { CommandFailure(code, message, hint: hint, exitCode: exitCode) }

    init(_ error: PlatformError) {
        self.init(
            error.code.rawValue, error.message, hint: error.hint,
            exitCode: error.code == .timedOut ? Exit.timedOut : Exit.failed)
    }
}
