import Testing

@testable import BeamRelease

@Suite("The script by which programs run in a container")
struct LaunchScriptTests {
    private func plan(_ environment: [String: String], in folder: String) throws -> LaunchPlan {
        var plan = try LaunchPlan(.sample())
        plan.environment = environment
        plan.directory = folder
        return plan
    }

    private func run(_ plan: LaunchPlan, _ arguments: [String]) throws -> String {
        let scratch = try Scratch()
        try scratch.file("run", LaunchScript.file(plan).contents)
        let answer = try Shell.run(
            "/bin/sh", ["\(scratch.path)/run"] + arguments,
            environment: ["PATH": "/usr/bin:/bin:/of/the/image", "FROM_THE_IMAGE": "yes"])
        try #require(answer.status == 0, "\(answer.errors)")
        return answer.output
    }

    @Test("every variable arrives as it is, whatever is in it; the image's PATH and what else it has stay")
    func environment() throws {
        let hostile = "it's \"x\" $HOME `id` \\ \n%s ${Y}"
        let text = try run(
            try plan(["A": hostile, "PATH": LaunchEnvironment.plainPath], in: "/tmp"),
            ["B=2", "sh", "-c", "printf '%s|%s|%s|%s|%s' \"$A\" \"$B\" \"$PATH\" \"$FROM_THE_IMAGE\" \"$(pwd)\""])
        #expect(text == "\(hostile)|2|/usr/bin:/bin:/of/the/image|yes|/tmp")
    }

    @Test("a program may not open more files than a VM copes with")
    func files() throws {
        let limit = try run(try plan([:], in: "/"), ["sh", "-c", "ulimit -n"])
        #expect((Int(limit.prefix { $0.isNumber }) ?? .max) <= LaunchScript.mostOpenFiles)
    }

    @Test("only what a command changes of the environment is named in its arguments")
    func arguments() throws {
        let plan = try plan(["SECRET": "hidden", "GONE": "1", "SAME": "2"], in: "/")
        let command = OneOffCommand(
            executable: "/app/bin/hello", arguments: ["eval", "1"], environment: ["SECRET": "hidden", "SAME": "2", "NEW": "3"],
            directory: "/", standardInput: nil)
        #expect(LaunchScript.arguments(command, in: plan) == ["-u", "GONE", "NEW=3", "/app/bin/hello", "eval", "1"])
    }
}
