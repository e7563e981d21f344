import Glibc

extension Release {
    /// Why the release cannot run a command, for people; nil when it can, as far as can be seen. Of commands of the start script only
    /// the script knows.
    ///
    /// - Parameter words: The command: a path within the release or a command of its start script, then arguments.
    public func problem(withCommand words: [String]) -> String? {
        guard let path = words.first, path.contains("/") else { return nil }
        var status = stat()
        guard stat("\(root)/\(path)", &status) == 0 else { return "there is no \(path) in the release" }
        guard status.st_mode & S_IFMT == S_IFREG else { return "\(path) in the release is no file" }
        return status.st_mode & 0o111 == 0 ? "\(path) in the release is not executable" : nil
    }

    /// What to do about that.
    public static let commandHint =
        "put it into rel/overlays (mix) or an overlay of relx, chmod +x, and build the release anew; or name what is in its bin"
}
