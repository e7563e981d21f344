import Glibc

extension LaunchPlan {
    /// Makes the replica's folder (0700; its parent must be there), the folders in it, and writes the files. Each file appears
    /// whole, with its permissions; what is there already is replaced.
    ///
    /// Throws ``ReleaseError``: `.diskFull` when there is no room, `.system` for everything else.
    public func write() throws(ReleaseError) {
        try Self.write(folders: [directory] + folders.map { "\(directory)/\($0)" }, files, in: directory)
    }

    static func write(folders: [String], _ files: [File], in directory: String) throws(ReleaseError) {
        for folder in folders where mkdir(folder, 0o700) == -1 && errno != EEXIST { throw .failed("mkdir", folder, errno) }
        for file in files { try write(file, in: directory) }
    }

    private static func write(_ file: File, in directory: String) throws(ReleaseError) {
        let path = "\(directory)/\(file.path)"
        let fresh = path + ".new"
        unlink(fresh)
        do throws(ReleaseError) {
            let output = try OpenFile(fresh, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            try output.write(Array(file.contents.utf8), to: fresh)
            try retrying(fresh, "fchmod") { fchmod(output.descriptor, file.mode) }
        } catch {
            unlink(fresh)
            throw error
        }
        try retrying(path, "rename") { rename(fresh, path) }
    }
}
