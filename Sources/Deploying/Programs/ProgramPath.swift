import FoundationEssentials

/// Where programs lie that are named without their folder.
public enum ProgramPath {
    /// The file that a name means, in the first folder of `PATH` that has an executable of that name; nil when none has. Folders that
    /// are not absolute are passed over.
    ///
    /// - Parameter environment: Has the `PATH`.
    public static func find(_ name: String, in environment: [String: String]) -> String? {
        (environment["PATH"] ?? "").split(separator: ":").lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
            .first(where: isProgram)
    }

    private static func isProgram(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
            && FileManager.default.isExecutableFile(atPath: path)
    }
}
