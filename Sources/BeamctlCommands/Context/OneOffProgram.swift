import FleetModel

/// A command that runs once in a folder of its own, which goes when it ends.
struct OneOffProgram {
    let key: AppKey
    let revision: Revision
    let process: String?
    let words: [String]

    /// Commands of the start scripts; every other word without a slash is a program of this machine.
    private static let scriptCommands: Set = ["eval", "start", "start_iex", "foreground", "console", "console_clean", "version"]

    /// Runs it to its end, and removes the folder, however it ended. Returns its exit code.
    func run(on platform: any Platform, endsWithCaller: Bool) async throws -> Int32 {
        let (call, preflight) = try await prepared(on: platform)
        do {
            let code = try Accompanying.run(call, endsWithCaller: endsWithCaller)
            await platform.discard(preflight)
            return code
        } catch {
            await platform.discard(preflight)
            throw error
        }
    }

    private func prepared(on platform: any Platform) async throws -> (ProgramCall, Preflight) {
        var spec = revision.spec
        if let process {
            guard let chosen = spec.processes[process] else {
                throw CommandFailure(
                    "invalid_request",
                    "'\(key.app)' has no process '\(process)'; it has \(spec.processes.keys.sorted().joined(separator: ", "))",
                    exitCode: CommandFailure.Exit.usage)
            }
            spec.processes = [process: chosen]
        }
        let first = words.first ?? ""
        let isRelease = first.contains("/") && !first.hasPrefix("/") || Self.scriptCommands.contains(first)
        // A program of the replica's machine, which in a container is the image.
        spec.releaseCommand = isRelease ? words : ["/usr/bin/env"] + (words.isEmpty ? ["sh"] : words)
        let preflight = try await platform.preflight(
            PreflightRequest(
                namespace: key.namespace, spec: spec, release: revision.release, settings: revision.settings ?? Settings(),
                isOneOff: true))
        guard let call = preflight.releaseCommand else {
            await platform.discard(preflight)
            throw CommandFailure("failed", "the platform prepared no command")
        }
        return (call, preflight)
    }
}
