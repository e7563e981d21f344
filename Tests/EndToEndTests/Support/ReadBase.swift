import Foundation
import Testing

/// Bases that were read once for the whole run: reading one, which is hashing, compressing and looking into it, takes a development build
/// ten seconds of a processor. Tests of reading itself do without.
actor ReadBase {
    private static let shared = ReadBase()
    private var read: [String: Task<String, any Error>] = [:]

    /// Gives a machine that has no images yet the store of one that has read a base, and made an image of `samples/hello` on it.
    static func give(_ base: String, to machine: Machine) async throws {
        let target = machine.home + "/images"
        guard !FileManager.default.fileExists(atPath: target) else { return }
        let copied = try await Command("/bin/cp", ["-a", try await shared.store(with: base), target]).run(within: .seconds(60))
        try #require(copied.code == 0, "\(copied)")
    }

    private func store(with base: String) async throws -> String {
        if let read = read[base] { return try await read.value }
        let place = FileManager.default.temporaryDirectory.path + "/beamctl-read-\(getpid())"
        let store = place + "/\(read.count)"
        let reading = Task {
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            atexit { try? FileManager.default.removeItem(atPath: NSTemporaryDirectory() + "/beamctl-read-\(getpid())") }
            try await Machine.run { machine in
                let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello())
                let built = try await machine.beamctl(
                    ["build", project, "--no-build", "--base", base, "--tag", "read:1"], within: .seconds(300))
                try #require(built.code == 0, "\(built)")
                try FileManager.default.moveItem(atPath: machine.home + "/images", toPath: store)
            }
            return store
        }
        read[base] = reading
        return try await reading.value
    }
}
