import SystemPackage

/// A tar archive as a file, uncompressed.
package enum TarFile {
    /// Writes one; it is there whole or not at all. Throws ``OCIError``.
    package static func write(_ entries: [LayerEntry], to path: String) throws(OCIError) {
        let file = try SystemFiles.open(
            path, .writeOnly, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
        defer { try? file.close() }
        let tar = TarWriter()
        for entry in entries {
            try tar.write(entry) { bytes throws(OCIError) in
                try SystemFiles.doing("write", path) { _ = try file.writeAll(bytes) }
            }
        }
        try SystemFiles.doing("write", path) { _ = try file.writeAll(TarWriter.end) }
    }
}
