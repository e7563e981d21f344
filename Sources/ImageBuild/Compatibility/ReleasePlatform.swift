public import BeamRelease
public import OCIImage

/// The machine that a release was built for.
public enum ReleasePlatform {
    /// What its emulator says; nil where it has none (`include_erts: false`). Throws `OCIError`, `ReleaseError`.
    public static func of(_ release: Release) throws -> ImagePlatform? {
        let emulator = "\(release.root)/erts-\(release.erts)/bin/beam.smp"
        guard SystemFiles.exists(emulator) else { return nil }
        var head = [UInt8](repeating: 0, count: ELFHeader.size)
        guard try FileSource(emulator, count: head.count).read(into: &head) == head.count, let header = ELFHeader(head) else {
            return nil
        }
        return ImagePlatform(architecture: header.architecture)
    }
}
