import BeamRelease

/// The file `spec` that a keeper reads: tokens `key=value`, each ended by a NUL byte, which no path, argument or variable holds.
enum KeeperSpecFile {
    static func bytes(_ plan: LaunchPlan) -> [UInt8] {
        let tokens =
            ["executable=\(plan.executable)", "directory=\(plan.directory)"]
            + plan.arguments.map { "argument=\($0)" }
            + plan.environment.sorted { $0.key < $1.key }.map { "environment=\($0.key)=\($0.value)" }
        return tokens.flatMap { Array($0.utf8) + [0] }
    }
}
