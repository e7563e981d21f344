internal import Glibc
package import JSONText

/// What a process was last told, in a file, so that it goes on with that when it starts again.
package struct StateFile: Sendable {
    /// Where the file is.
    package let path: String

    /// The largest file that is read, in octets.
    package static let maximumLength = 64 << 20

    /// The file at a path, which may not exist yet.
    package init(path: String) {
        self.path = path
    }

    /// What the file says; `nil` when there is no file.
    ///
    /// - Throws: ``StateFileError`` when there is a file that cannot be read, is no JSON, or what `read` throws about it.
    package func load<State>(_ read: (JSONNode) throws -> State) throws(StateFileError) -> State? {
        let bytes: [UInt8]
        do throws(FileBytes.Failure) {
            bytes = try FileBytes.read(path, limit: Self.maximumLength + 1)
        } catch {
            if error.code == ENOENT { return nil }
            throw StateFileError(path: path, problem: error.description)
        }
        guard bytes.count <= Self.maximumLength else {
            throw StateFileError(path: path, problem: "over \(Self.maximumLength) octets")
        }
        do {
            return try read(JSONNode(JSONReader.read(bytes)))
        } catch {
            throw StateFileError(path: path, problem: "\(error)")
        }
    }

    /// Writes the state in the place of the old one, whole or not at all. It is in the page cache then, which outlives the process.
    ///
    /// - Throws: ``StateFileError`` when that fails; the old file is as it was.
    package func store(_ json: JSONValue) throws(StateFileError) {
        do throws(FileBytes.Failure) {
            try FileBytes.replace(path, with: json.bytes + [UInt8(ascii: "\n")])
        } catch {
            throw StateFileError(path: path, problem: error.description)
        }
    }

    /// Waits until the file is on the disk.
    package func sync() throws(StateFileError) {
        do throws(FileBytes.Failure) {
            try FileBytes.sync(path)
        } catch {
            throw StateFileError(path: path, problem: error.description)
        }
    }
}

/// A state file that cannot be read or written.
public struct StateFileError: Error, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong with it.
    public let problem: String

    /// The path and the problem in one line.
    public var description: String { "\(path): \(problem)" }
}
