import Glibc
package import SystemPackage

/// Calls of the file system, with errors that name the path.
package enum SystemFiles {
    /// Does something with a path; what the system says becomes an ``OCIError``.
    package static func doing<Value>(_ what: String, _ path: String, _ body: () throws -> Value) throws(OCIError) -> Value {
        do {
            return try body()
        } catch let error as Errno {
            throw error.isNoRoom
                ? OCIError(.diskFull, at: path, "the disk is full", next: "make room: df -h '\(path)' shows where")
                : OCIError(error == .noSuchFileOrDirectory ? .notFound : .system, at: path, "\(what): \(error.description)")
        } catch let error as OCIError {
            throw error
        } catch {
            throw OCIError(.system, at: path, "\(what): \(error)")
        }
    }

    package static func open(
        _ path: String, _ mode: FileDescriptor.AccessMode, options: FileDescriptor.OpenOptions = [],
        permissions: FilePermissions? = nil
    ) throws(OCIError) -> FileDescriptor {
        try doing("open", path) {
            try FileDescriptor.open(FilePath(path), mode, options: options.union(.closeOnExec), permissions: permissions)
        }
    }

    /// A small file, read whole. Throws `.tooLarge` beyond the bound.
    package static func bytes(of path: String, longest: Int) throws(OCIError) -> [UInt8] {
        var all: [UInt8] = []
        try FileSource(path).forEachPiece { piece throws(OCIError) in
            guard all.count + piece.count <= longest else { throw OCIError(.tooLarge, at: path, "larger than \(longest) bytes") }
            all += piece
        }
        return all
    }

    /// Writes a file that is there whole or not at all.
    package static func write(_ bytes: [UInt8], to path: String, permissions: FilePermissions = .ownerReadWrite) throws(OCIError)
    {
        let partial = "\(path).\(UInt64.random(in: 0...UInt64.max))"
        let file = try open(partial, .writeOnly, options: [.create, .exclusiveCreate], permissions: permissions)
        do throws(OCIError) {
            try doing("write", path) { _ = try file.closeAfter { try file.writeAll(bytes) } }
            try rename(partial, to: path)
        } catch {
            unlink(partial)
            throw error
        }
    }

    package static func rename(_ path: String, to target: String) throws(OCIError) {
        try doing("rename", target) { if Glibc.rename(path, target) != 0 { throw Errno(rawValue: errno) } }
    }

    /// Makes a folder; nothing happens when it is there. Its parent must be.
    package static func makeFolder(_ path: String) throws(OCIError) {
        try doing("mkdir", path) { if mkdir(path, 0o700) != 0, errno != EEXIST { throw Errno(rawValue: errno) } }
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The names in a folder, sorted by their bytes.
    package static func names(in folder: String) throws(OCIError) -> [String] {
        guard let stream = opendir(folder) else { throw OCIError(.system, at: folder, String(cString: strerror(errno))) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Makes a symbolic link.
    package static func makeLink(at path: String, to target: String) throws(OCIError) {
        try doing("symlink", path) { if symlink(target, path) != 0 { throw Errno(rawValue: errno) } }
    }

    /// Removes a folder of files.
    package static func removeFolder(_ path: String) throws(OCIError) {
        for name in try names(in: path) { unlink("\(path)/\(name)") }
        try doing("rmdir", path) { if rmdir(path) != 0 { throw Errno(rawValue: errno) } }
    }

    /// Where a symbolic link leads, as it was written.
    package static func target(ofLink path: String) throws(OCIError) -> String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes -> Int in
            guard let start = bytes.bindMemory(to: CChar.self).baseAddress else { return -1 }
            return readlink(path, start, bytes.count)
        }
        guard count >= 0 else { throw OCIError(.system, at: path, "readlink: \(String(cString: strerror(errno)))") }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// The size of a file; nil when there is none.
    package static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}

extension Errno {
    /// `EDQUOT` has no name in System.
    fileprivate var isNoRoom: Bool { self == .noSpace || rawValue == Glibc.EDQUOT }
}
