import Foundation

/// Where the programs under test, and the project's own files, are.
enum Programs {
    /// The folder that tests and programs are built into.
    static let folder: String = {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? program
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().path
    }()

    static var beamctl: String { folder + "/beamctl" }

    /// The checkout.
    static let checkout = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}
