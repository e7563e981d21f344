/// The commit that a project's folder is at.
public struct SourceRevision: Hashable, Sendable {
    /// The commit, hexadecimal; nil outside a checkout, before the first commit, or without git.
    public var commit: String?
    /// Whether the folder holds changes that are not committed, files that git does not know among them.
    public var isDirty: Bool

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
        return SourceRevision(commit: commit, isDirty: changes?.isEmpty == false)
    }

    private static func isCommit(_ text: String) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64) && text.allSatisfy(\.isHexDigit)
    }
}
