/// What the first word of a command may be.
public enum CommandRules {
    /// What a command is for.
    public enum Kind: Hashable, Sendable {
        /// What a replica runs: it stays in the foreground.
        case replica
        /// What runs once and ends.
        case once
    }

    /// The commands of a start script that stay in the foreground; which of them there are depends on the tool.
    static let commands = ["start", "start_iex", "foreground", "console"]
    /// Those that leave nothing behind which could be watched.
    private static let background = ["daemon", "daemon_iex"]
    /// Those that talk to a node that runs, which there is none of beside a release that is only being deployed.
    private static let needingNode = ["rpc", "remote", "remote_console", "attach", "stop", "restart", "reboot", "pid", "ping"]

    /// Why a word cannot be the first of a command, or nil when it can.
    static func problem(with word: String, _ kind: Kind) -> String? {
        if word.utf8.isEmpty { return "begins with an empty word" }
        if word.utf8.contains(UInt8(ascii: "/")) { return problem(withPath: word) }
        switch kind {
        case .replica:
            if background.contains(word) {
                return "\(word) goes to the background, and a replica is the process that beamctl starts; \(words)"
            }
            return commands.contains(word) ? nil : "expected \(words)"
        case .once:
            if commands.contains(word) || background.contains(word) {
                return "\(word) starts the app, and this command has to end; \(onceWords)"
            }
            if needingNode.contains(word) { return "\(word) needs a node that runs, and this runs before any does; \(onceWords)" }
            return word.utf8.allSatisfy(ManifestChecker.isWord) ? nil : "expected \(onceWords)"
        }
    }

    private static let words = "\(commands.joined(separator: ", ")), or a path inside the release such as bin/server"
    private static let onceWords = "eval \"Hello.Release.migrate()\", or a path inside the release such as bin/migrate"

    private static func problem(withPath path: String) -> String? {
        if path.hasPrefix("/") { return "the path begins with /, but is one inside the release, such as bin/server" }
        if path.hasSuffix("/") { return "the path ends with /, and a folder cannot be run" }
        let parts = path.split(separator: "/")
        return parts.contains("..") ? "the path has .. in it, and may not lead out of the release" : nil
    }
}
