import Foundation
import Synchronization
import Testing

@testable import BeamRelease

/// The sample, built by `mix release` with a module that holds names of variables; one for all tests.
final class LintRelease: Sendable {
    let scratch: Scratch
    let root: String

    static let shared = Mutex<Result<LintRelease, any Error>?>(nil)

    /// Builds it on the first call.
    static func built() throws -> LintRelease {
        try shared.withLock { shared in
            let result = shared ?? Result { try LintRelease() }
            shared = result
            return try result.get()
        }
    }

    private init() throws {
        scratch = try Scratch()
        root = scratch.path + "/hello/_build/prod/rel/hello"
        let sample = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "samples/hello").path
        try Shell.run("/bin/cp", ["-r", sample, scratch.path + "/hello"])
        try Shell.run("/bin/rm", ["-rf", scratch.path + "/hello/_build"])
        try scratch.file(
            "hello/lib/hello/names.ex",
            #"""
            defmodule Hello.Names do
              def all do
                {System.get_env("IN_A_BINARY"), :os.getenv('IN_A_CHARLIST'), :IN_AN_ATOM, "a sentence with IN_A_SENTENCE in it"}
              end
            end
            """#)
        let answer = try Shell.run(
            "/usr/bin/env", ["MIX_ENV=prod", "LANG=C.UTF-8", "mix", "release", "--overwrite"],
            directory: scratch.path + "/hello")
        try #require(answer.status == 0, "\(answer.output)\(answer.errors)")
    }

    /// A copy with another `runtime.exs` and what it answers when it is asked. The copy shares all files but those of its version.
    func ask(
        _ runtime: String?, names: [String] = [], environment: [String: String] = [:], exports: Set<String> = [],
        cache: String? = nil
    ) throws -> Answer {
        let scratch = try Scratch()
        let copy = scratch.path + "/release"
        try Shell.run("/bin/cp", ["-rl", root, copy])
        try Shell.run("/bin/rm", ["-f", copy + "/releases/0.1.0/runtime.exs"])
        if let runtime { try scratch.file("release/releases/0.1.0/runtime.exs", runtime) }
        for (name, text) in ConfigReader.files { try scratch.file("reader/\(name)", text) }
        var variables = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": scratch.path, "LANG": "C.UTF-8"]
        variables.merge(environment) { $1 }
        variables.merge(
            ConfigReader.environment(folder: scratch.path + "/reader", names: names, exports: exports, cache: cache)
        ) { $1 }
        let answer = try Shell.run(
            copy + "/bin/hello", ["eval", ConfigReader.expression], environment: variables, directory: scratch.path)
        return Answer(shell: answer, files: scratch.names(""))
    }

    /// What the release has said.
    struct Answer {
        var shell: Shell
        /// What lies in the folder that it ran in.
        var files: [String]

        func reads() throws -> RuntimeReads {
            do {
                return try RuntimeReads.parse(shell.output)
            } catch {
                Issue.record("\(shell.output)\(shell.errors)")
                throw error
            }
        }
    }
}

extension RuntimeReads.Read {
    /// `NAME line:column need`, with a `?` when it is not certain.
    var words: String {
        let word =
            switch need {
            case .required: "required"
            case .optional: "optional"
            case .defaulted(let text): "or \(text)"
            }
        return "\(name) \(line):\(column) \(word)\(isCertain ? "" : " ?")"
    }
}
