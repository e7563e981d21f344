/// A `${NAME}` or `${NAME:-default}` in a configuration file of a release.
public struct Placeholder: Hashable, Sendable {
    /// Where it stands, which decides how a value is written there.
    public enum Place: Hashable, Sendable {
        /// Within a string of `sys.config`: `"…"`, `~s"…"`.
        case string
        /// Within a binary of characters that are bytes: `<<"…">>`.
        case binary
        /// Within a binary of UTF-8: `<<"…"/utf8>>`, `~"…"`.
        case utf8Binary
        /// Within a quoted atom.
        case atom
        /// Bare in `sys.config`, a term or several with commas: `{port, ${PORT}}`.
        case term
        /// Bare in `sys.config` and part of a longer word or number: `web_${N}`.
        case token
        /// In `vm.args`, a word or part of one.
        case word
        /// In `vm.args`, between quotes.
        case quotedWord
        /// In `vm.args`, alone on its line: any number of words.
        case line
    }

    /// The variable's name.
    public var name: String
    /// What holds when the variable is unset or empty, as it is written; nil without `:-`.
    public var defaultText: String?
    /// Its line, from 1.
    public var line: Int
    /// Its column, from 1, in code points.
    public var column: Int
    /// Where it stands.
    public var place: Place

    /// Makes one.
    public init(name: String, defaultText: String? = nil, line: Int, column: Int, place: Place) {
        self.name = name
        self.defaultText = defaultText
        self.line = line
        self.column = column
        self.place = place
    }
}
