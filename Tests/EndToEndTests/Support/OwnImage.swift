import Foundation
import Testing

/// The image of beamctl that `beamctl dns image` makes of the programs under test.
enum OwnImage {
    /// Makes it, without what only debuggers read, and writes it into an archive.
    static func make(
        on base: String, as name: String, to archive: String, on machine: Machine, with programs: [String] = ["beamctl"]
    )
        async throws -> Outcome
    {
        let folder = machine.home + "/programs"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for program in programs where !FileManager.default.fileExists(atPath: "\(folder)/\(program)") {
            let stripped = try await Command(
                "/usr/bin/env", ["strip", "-o", "\(folder)/\(program)", "\(Programs.folder)/\(program)"]
            ).run(within: .seconds(60))
            try #require(stripped.code == 0, "\(stripped)")
        }
        return try await Command(
            "\(folder)/beamctl", ["dns", "image", "--base", base, "--tag", name, "--output", archive],
            environment: machine.environment
        ).run(within: .seconds(300))
    }
}
