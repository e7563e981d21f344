import BeamRelease
import FleetModel
import OCIImage

/// A replica's files as they go into its container: an archive, unpacked before anything runs there.
///
/// What beamctl has written belongs to root, and is readable by the container's user alone; what the BEAM writes lies in folders of its
/// own. All of it is on the volume, which only root of the Engine's machine can look into.
enum ContainerFiles {
    /// Where they lie, on a volume that goes with the container.
    static let folder = ImageLayout.replica
    /// Where the release lies in every image that beamctl makes.
    static let release = ImageLayout.release
    /// Where a BEAM writes its crash dump, relative to the folder, in which it may write nothing.
    static let crashDump = "var/erl_crash.dump"

    /// Whom everything runs as.
    struct User: Hashable {
        var id: Int
        var group: Int

        /// Reads `uid` or `uid:gid`; empty: root. nil for a name, which only the image itself could tell.
        init?(_ text: String) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard !text.isEmpty else {
                (id, group) = (0, 0)
                return
            }
            guard parts.count <= 2, let id = Int(parts[0]), let group = parts.count == 2 ? Int(parts[1]) : 0 else { return nil }
            (self.id, self.group) = (id, group)
        }
    }

    /// The archive of a plan's files and ``LaunchScript``.
    static func archive(_ plan: LaunchPlan, for user: User) -> [UInt8] {
        let ours = TarWriter(owner: .init(user: 0, group: user.group))
        let theirs = TarWriter(owner: .init(user: user.id, group: user.group))
        var bytes: [UInt8] = []
        for folder in plan.folders {
            // relx fills in files beside ours, which stay as they are: the sticky bit.
            let writer = isOurs(folder) ? ours : theirs
            bytes += writer.header(TarEntry(path: folder, kind: .folder, mode: isOurs(folder) ? 0o1770 : 0o700, size: 0))
        }
        for file in plan.files + [LaunchScript.file(plan)] {
            let content = Array(file.contents.utf8)
            let isOurs = isOurs(file.path)
            let entry = TarEntry(path: file.path, kind: .file, mode: isOurs ? 0o440 : UInt16(file.mode), size: content.count)
            bytes += (isOurs ? ours : theirs).header(entry) + content + TarWriter.padding(after: content.count)
        }
        return bytes + TarWriter.end
    }

    private static func isOurs(_ path: String) -> Bool { !["home", "tmp", "var"].contains(path.prefix { $0 != "/" }) }
}
