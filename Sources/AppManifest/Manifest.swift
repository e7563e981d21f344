public import FleetModel
import Glibc

/// `beamctl.yml`: the description of an app.
public enum Manifest {
    /// The name that is looked for in a project.
    public static let fileName = "beamctl.yml"
    /// How many bytes a manifest may have.
    public static let longestText = 1 << 20

    /// What a manifest says, with every default filled in. All problems are told at once, unless the text is no YAML.
    ///
    /// - Parameters:
    ///   - text: The manifest; YAML 1.2's core schema, one document.
    ///   - file: Its file's name, for the errors.
    ///
    /// Throws ``ManifestError`` with every problem, its line, its column and its key.
    public static func read(_ text: String, file: String = fileName) throws(ManifestError) -> AppSpec {
        let root: ManifestNode?
        do throws(ManifestProblem) {
            root = try ManifestNode.parse(text)
        } catch {
            throw ManifestError(file: file, problems: [error])
        }
        var checker = ManifestChecker()
        let values = checker.check(root)
        checker.checkRules(values)
        guard checker.problems.isEmpty else {
            let sorted = checker.problems.sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
            throw ManifestError(file: file, problems: Array(sorted.prefix(ManifestError.mostProblems)))
        }
        return AppSpec(values)
    }

    /// What the manifest in a file says.
    ///
    /// Throws ``ManifestError`` as ``read(_:file:)`` does, and when the file cannot be read, is too long or is no UTF-8.
    public static func load(path: String) throws(ManifestError) -> AppSpec {
        let bytes: [UInt8]
        do throws(ManifestProblem) {
            bytes = try contents(of: path)
        } catch {
            throw ManifestError(file: path, problems: [error])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ManifestError(file: path, problems: [ManifestProblem(.syntax, "is not UTF-8")])
        }
        return try read(text, file: path)
    }

    private static func contents(of path: String) throws(ManifestProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ManifestProblem(.missing, "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= longestText {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == -1, errno == EINTR { continue }
            guard count >= 0 else {
                throw ManifestProblem(.missing, "cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        throw ManifestProblem(.syntax, "is longer than \(longestText) bytes")
    }
}
