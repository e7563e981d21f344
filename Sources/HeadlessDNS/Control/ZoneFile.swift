internal import Glibc

/// The zone as it was last told, in a file, so that a server that starts again serves it at once.
public struct ZoneFile: Sendable {
    /// Where the file is.
    public let path: String

    /// The largest file that is read, in octets.
    public static let maximumLength = 64 << 20

    /// The file at a path, which may not exist yet.
    public init(path: String) {
        self.path = path
    }

    /// The zone in the file; `nil` when there is no file.
    ///
    /// - Throws: ``ZoneFileError`` when there is a file that cannot be read, or is no zone.
    public func load() throws(ZoneFileError) -> Zone? {
        let bytes: [UInt8]
        do throws(FileBytes.Failure) {
            bytes = try FileBytes.read(path, limit: Self.maximumLength + 1)
        } catch {
            if error.code == ENOENT { return nil }
            throw ZoneFileError(path: path, problem: error.description)
        }
        guard bytes.count <= Self.maximumLength else {
            throw ZoneFileError(path: path, problem: "over \(Self.maximumLength) octets")
        }
        do {
            let zone = try Zone(JSONNode(JSONReader.read(bytes)))
            try zone.validate()
            return zone
        } catch {
            throw ZoneFileError(path: path, problem: "\(error)")
        }
    }

    /// Writes the zone in the place of the old one, whole or not at all.
    ///
    /// - Throws: ``ZoneFileError`` when that fails; the old file is as it was.
    func store(_ zone: Zone) throws(ZoneFileError) {
        do throws(FileBytes.Failure) {
            try FileBytes.replace(path, with: zone.json.bytes + [UInt8(ascii: "\n")])
        } catch {
            throw ZoneFileError(path: path, problem: error.description)
        }
    }

    /// Waits until the file is on the disk.
    func sync() throws(ZoneFileError) {
        do throws(FileBytes.Failure) {
            try FileBytes.sync(path)
        } catch {
            throw ZoneFileError(path: path, problem: error.description)
        }
    }
}

/// A zone file that cannot be read or written.
public struct ZoneFileError: Error, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong with it.
    public let problem: String

    /// The path and the problem in one line.
    public var description: String { "\(path): \(problem)" }
}
