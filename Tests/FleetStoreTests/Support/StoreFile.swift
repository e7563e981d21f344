import FleetStore
import Foundation

/// A place for one state file, gone when the test is.
final class StoreFile: Sendable {
    let folder: String
    var path: String { folder + "/state.sqlite" }

    init() throws {
        folder = NSTemporaryDirectory() + "beamctl-store-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func open() throws -> FleetStore { try FleetStore(path: path) }
}
