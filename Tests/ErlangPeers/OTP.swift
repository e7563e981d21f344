public import Foundation
import TestSupport
public import Testing

/// The releases of Erlang/OTP that tests run as real peers.
public enum OTP: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// The one that this machine has (Debian bookworm: 25).
    case host = "the host's OTP"
    /// OTP 27, in a folder of its own that the testbed's script makes once and enters.
    case otp27 = "OTP 27"

    /// The name in the list of tests.
    public var testDescription: String { rawValue }

    /// Ends the test here, as skipped and with the reason, where this release cannot be run.
    public func require(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        if let reason = await Self.missing[self]?.value { try Test.cancel("\(reason)", sourceLocation: sourceLocation) }
    }

    /// Runs a command of this release and gives its exit status; what it prints goes where the test's output goes.
    public func run(_ command: [String], in folder: URL) async throws -> Int32 {
        let process = process(command, in: folder)
        let ended = process.ended()
        try process.run()
        return await ended.value
    }

    func process(_ command: [String], in folder: URL) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = (self == .otp27 ? [Self.script?.path ?? "otp27"] : []) + command
        process.currentDirectoryURL = folder
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
            "LANG": "C.UTF-8", "ERL_CRASH_DUMP": "/dev/null",
            "ERL_EPMD_PORT": "4399",  // where none listens: tests neither find nor start an EPMD
            "XDG_CACHE_HOME": ProcessInfo.processInfo.environment["XDG_CACHE_HOME"]
                ?? ProcessInfo.processInfo.environment["HOME"].map { $0 + "/.cache" } ?? "/var/cache",
        ]
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Why a release cannot be run, or nil; found out once. The script makes its folder on the first run, which takes minutes.
    private static let missing: [OTP: Task<String?, Never>] = [
        .host: Task { await trial(.host, "erl is not installed") },
        .otp27: Task {
            guard script != nil else { return "no testbed: set BEAMCTL_TESTBED to the folder that holds otp27" }
            return await trial(.otp27, "the testbed's otp27 does not run here")
        },
    ]

    private static func trial(_ otp: OTP, _ reason: String) async -> String? {
        let status = try? await otp.run(["erl", "-noshell", "-eval", "halt(0)."], in: FileManager.default.temporaryDirectory)
        return status == 0 ? nil : reason
    }

    /// The script that runs a command with OTP 27, where there is one.
    public static var script: URL? { Testbed.script("otp27") }
}

extension Process {
    /// Must be asked for before the process runs.
    func ended() -> Task<Int32, Never> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        terminationHandler = { process in
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        return Task { await stream.first { _ in true } ?? -1 }
    }
}

/// A folder that a test has to itself.
public struct ScratchFolder: Sendable {
    /// Where it is.
    public let url: URL

    /// Makes the folder, in the system's temporary directory.
    public init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "beamctl-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Takes the folder away, with all that is in it.
    public func remove() {
        try? FileManager.default.removeItem(at: url)
    }
}
