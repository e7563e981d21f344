/// What the first word of a process's command may be.
enum CommandRules {
    /// The commands of a start script that stay in the foreground; which of them there are depends on the tool.
    static let commands = ["start", "start_iex", "foreground", "console"]
    /// Those that leave nothing behind which could be watched.
    private static let background = ["daemon", "daemon_iex"]

    /// Why a word cannot be the first of a command, or nil when it can.
    static func problem(with word: String) -> String? {
        if word.utf8.isEmpty { return "begins with an empty word" }
        if word.utf8.contains(UInt8(ascii: "/")) { return problem(withPath: word) }
        if background.contains(word) {
            return "\(word) goes to the background, and a replica is the process that beamctl starts; \(words)"
        }
        return commands.contains(word) ? nil : "expected \(words)"
    }

    private static let words = "\(commands.joined(separator: ", ")), or a path inside the release such as bin/server"

    private static func problem(withPath path: String) -> String? {
        if path.hasPrefix("/") { return "the path begins with /, but is one inside the release, such as bin/server" }
        if path.hasSuffix("/") { return "the path ends with /, and a folder cannot be run" }
        let parts = path.split(separator: "/")
        return parts.contains("..") ? "the path has .. in it, and may not lead out of the release" : nil
    }
}
