public import ProcessControl

/// The zone as it was last told, in a file, so that a server that starts again serves it at once.
public struct ZoneFile: Sendable {
    private let file: StateFile

    /// The file at a path, which may not exist yet.
    public init(path: String) {
        file = StateFile(path: path)
    }

    /// The zone in the file; `nil` when there is no file.
    ///
    /// - Throws: `StateFileError` when there is a file that cannot be read, or is no zone.
    public func load() throws(StateFileError) -> Zone? {
        try file.load { json in
            let zone = try Zone(json)
            try zone.validate()
            return zone
        }
    }

    /// Writes the zone in the place of the old one, whole or not at all.
    ///
    /// - Throws: `StateFileError` when that fails; the old file is as it was.
    func store(_ zone: Zone) throws(StateFileError) {
        try file.store(zone.json)
    }

    /// Waits until the file is on the disk.
    func sync() throws(StateFileError) {
        try file.sync()
    }
}
