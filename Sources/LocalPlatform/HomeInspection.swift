import FleetStore
import FoundationEssentials
import Glibc

/// What is wrong with a daemon's folder, looked at from outside: nothing is changed, and no daemon has to run.
public struct HomeInspection {
    private let home: Home

    /// Looks at a folder, which may not be there yet.
    public init(_ home: Home) { self.home = home }

    /// Something that a daemon cannot work with.
    public struct Problem: Hashable, Sendable {
        /// What is wrong, where.
        public let text: String
        /// A command or a change that mends it.
        public let mend: String
    }

    /// Below this a copy of a release, or what a deploy writes down, may not fit.
    static let leastFree: UInt64 = 200 << 20

    /// All that is wrong, gravest first; empty when a daemon can work here.
    public func problems() -> [Problem] {
        guard let nearest = nearestFolder() else { return [] }
        guard access(nearest, R_OK | W_OK | X_OK) == 0 else {
            return [
                Problem(
                    text: "\(nearest) cannot be written to by this user (\(getuid()))",
                    mend: "export BEAMCTL_HOME=<a folder of your own>")
            ]
        }
        return [space(at: nearest), state()].compactMap(\.self)
    }

    /// Whether a replica lives here, known or not.
    public var hasLiveReplicas: Bool { !SlotDirectory.alive(in: home).isEmpty }

    /// How much room is left for it, in bytes; nil when that cannot be told.
    public func free() -> UInt64? { nearestFolder().flatMap(Self.free) }

    private static func free(at path: String) -> UInt64? {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return nil }
        return UInt64(facts.f_bavail) * UInt64(facts.f_frsize)
    }

    private func nearestFolder() -> String? {
        var path = home.path
        while !path.isEmpty {
            if access(path, F_OK) == 0 { return path }
            path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        }
        return "/"
    }

    private func space(at path: String) -> Problem? {
        guard let free = Self.free(at: path), free < Self.leastFree else { return nil }
        return Problem(
            text: "\(free >> 20) MiB are left on the disk of \(home.path)",
            mend: "make room; what beamctl itself keeps: du -sh \(home.path)/*")
    }

    /// The state itself, and whether its secrets can be opened.
    private func state() -> Problem? {
        guard home.hasState else { return nil }
        do {
            let store = try FleetStore(inspecting: home.database)
            guard try store.hasSecrets(), let problem = SecretVault(path: home.secretsKey, memory: store).problem() else {
                return nil
            }
            return Problem(text: problem.description, mend: problem.hint ?? "put a copy of the key file back")
        } catch {
            return Problem(
                text: "\(error)",
                mend: "beamctl daemon stop; then put a copy of \(home.database) back, or move it aside and beamctl stop --all, "
                    + "which ends what runs, to begin anew")
        }
    }
}
