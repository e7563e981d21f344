/// Files of variables, as many tools read them from `.env`. There is no standard; this is the part that all agree on:
///
/// - `KEY=value` or `export KEY=value`, one to a line; blank lines, and lines that begin with `#`.
/// - Without quotes a value is what stands there, without the blanks around it; ` #` begins a comment.
/// - In single quotes everything means itself. In double quotes `\n`, `\t`, `\r`, `\"`, `\\` and `\$` mean what they do elsewhere,
///   and there are no others. Both may span lines.
/// - Nothing is expanded: `$X` and `${X}` stay as they are.
public enum Dotenv {
    /// How many bytes a file may have.
    public static let longestText = 1 << 20
    /// How many variables a file may have.
    public static let mostVariables = 10_000

    /// The variables of a text, in its order.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - file: Its file's name, for the errors.
    ///
    /// Throws ``ManifestError`` with every problem and its place. No problem tells a value.
    public static func read(_ text: String, file: String) throws(ManifestError) -> [(name: String, value: String)] {
        guard text.utf8.count <= longestText else {
            throw ManifestError(file: file, problems: [ManifestProblem(.syntax, "is longer than \(longestText) bytes")])
        }
        var reader = DotenvReader(text)
        reader.readAll()
        guard reader.problems.isEmpty else { throw ManifestError(file: file, problems: reader.problems) }
        return reader.variables
    }

    /// The variables of a file, in its order.
    ///
    /// Throws ``ManifestError`` as ``read(_:file:)`` does, and when the file cannot be read, is too long or is no UTF-8.
    public static func load(path: String) throws(ManifestError) -> [(name: String, value: String)] {
        try read(TextFile.text(of: path, longest: longestText), file: path)
    }
}
