import Foundation
import Synchronization
import Testing

extension Machine {
    /// The files below this home, or another folder, that hold a text, or a line of it; binary ones too.
    func files(holding text: String, in folder: String? = nil) async throws -> [String] {
        let grep = try await Command("/bin/grep", ["-rlaF", "-e", text, folder ?? home]).run(within: .seconds(20))
        // 2: a file went away while it looked, or could not be read.
        try #require(grep.code < 2 || grep.errors.contains("No such file"), "\(grep)")
        return grep.output.split(separator: "\n").map(String.init)
    }

    /// What reading verbs print, each for people and, where it can, as JSON.
    func everythingThatIsTold(of app: String) async throws -> [Outcome] {
        let verbs = [
            ["status", app], ["nodes", app], ["list"], ["env", "list", app], ["secrets", "list", app], ["config", app],
            ["config", app, "--diff"], ["config", app, "--explain", "GREETING"], ["daemon", "status"],
        ]
        var told = [try await beamctl("logs", app)]
        for verb in verbs {
            told.append(try await beamctl(verb))
            told.append(try await beamctl(verb + ["--json"]))
        }
        return told
    }
}

/// Looks at the arguments of every process of the machine, again and again while something runs, for texts that must not be there.
func watchingArguments<Value>(for texts: [String], while body: () async throws -> Value) async throws -> Value {
    let found = Mutex<Set<String>>([])
    let looks = Atomic<Int>(0)
    let watch = Task.detached {
        while !Task.isCancelled {
            for arguments in ProcessTable.arguments() where texts.contains(where: arguments.contains) {
                _ = found.withLock { $0.insert(arguments) }
            }
            looks.wrappingAdd(1, ordering: .relaxed)
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
    defer { watch.cancel() }
    let value = try await body()
    watch.cancel()
    await watch.value
    #expect(found.withLock { $0 } == [])
    #expect(looks.load(ordering: .relaxed) > 0)
    return value
}
