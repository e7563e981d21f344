/// The commit that a project's folder is at.
public struct SourceRevision: Hashable, Sendable {
    /// The commit, hexadecimal; nil outside a checkout, before the first commit, or without git.
    public var commit: String?
    /// Whether the folder holds changes that are not committed, files that git does not know among them.
    public var isDirty: Bool
    /// When the commit was made, seconds since 1970.
    public var commitSeconds: Int?
    /// The URL of the repository that it came from, without a name or a password in it.
    public var remote: String?

    /// Asks git, with the user's environment; never fails: what is not known is nil.
    public static func of(_ directory: String, environment: [String: String]) async -> SourceRevision {
        let git = { (arguments: [String]) async -> [String]? in
            let step = BuildStep("git", arguments, environment: ["GIT_OPTIONAL_LOCKS": "0"], directory: directory)
            let outcome = try? await CommandRunner(environment: environment).run(step) { _ in }
            return outcome?.isSuccess == true ? outcome?.tail : nil
        }
        guard let commit = await git(["rev-parse", "--verify", "--quiet", "HEAD"])?.first, isCommit(commit) else {
            return SourceRevision(commit: nil, isDirty: false)
        }
        let changes = await git(["status", "--porcelain", "--", "."])
        return SourceRevision(
            commit: commit, isDirty: changes?.isEmpty == false,
            commitSeconds: await git(["show", "--no-patch", "--format=%ct", commit])?.first.flatMap { Int($0) },
            remote: await git(["config", "--get", "remote.origin.url"])?.first.flatMap(withoutPassword))
    }

    /// `https://user:token@host/…` as CI writes it, and `git@host:path`, without what stands before the `@`.
    private static func withoutPassword(_ url: String) -> String? {
        guard let mark = url.firstRange(of: "://") else {
            // What has no scheme is a path of this machine, or how ssh is told.
            guard let at = url.firstIndex(of: "@"), url[at...].contains(":") else { return nil }
            return "ssh://" + url[url.index(after: at)...].replacing(":", with: "/", maxReplacements: 1)
        }
        let (scheme, rest) = (url[..<mark.upperBound], url[mark.upperBound...])
        guard scheme != "file://" else { return nil }
        let host = rest.prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return url }
        return String(scheme) + rest[rest.index(after: at)...]
    }

    private static func isCommit(_ text: String) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64) && text.allSatisfy(\.isHexDigit)
    }
}
