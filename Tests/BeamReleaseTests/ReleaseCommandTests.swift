import Testing

@testable import BeamRelease

@Suite("A command that a process is to run")
struct ReleaseCommandTests {
    @Test("is in the release and executable, or that is said; what the start script knows is left to it")
    func problems() throws {
        let scratch = try Scratch()
        let release = try Release.read(at: try FakeRelease.write(.mix, in: scratch))
        try scratch.file("release/bin/plain", "#!/bin/sh\n")
        for words in [["bin/shop", "x"], ["start"], ["start_iex"], []] { #expect(release.problem(withCommand: words) == nil) }
        #expect(release.problem(withCommand: ["bin/nope"]) == "there is no bin/nope in the release")
        #expect(release.problem(withCommand: ["./bin"]) == "./bin in the release is no file")
        #expect(release.problem(withCommand: ["bin/plain"]) == "bin/plain in the release is not executable")
    }

    @Test("a release without ERTS is tried with the host's erl", arguments: [("[].", true), ("[{a, [}].", false)])
    func hostErlang(config: String, isFine: Bool) throws {
        let scratch = try Scratch()
        var request = LaunchRequest.sample(.rebar3, files: ReleaseFiles(systemConfig: config))
        request.release.includesERTS = false
        request.discovery = .none
        (request.root, request.directory) = (scratch.path, scratch.path + "/trial")
        try scratch.file("releases/0.1.0/sys.config", config)
        try ConfigTrial(request).write()
        let boot = try #require(try ConfigTrial(request).boot())
        let answer = try Shell.run(boot.executable, boot.arguments, environment: boot.environment, directory: boot.directory)
        #expect((answer.status == 0) == isFine, "\(answer)")
    }

    @Test("a start script that can try a configuration is known by its console_boot", arguments: Release.Tool.allCases)
    func consoleBoot(tool: Release.Tool) throws {
        let scratch = try Scratch()
        let root = try FakeRelease.write(tool, in: scratch)
        let release = try Release.read(at: root)
        var request = LaunchRequest.sample(tool)
        (request.release, request.root, request.rendering) = (release, root, .native)
        #expect((ConfigTrial(request).untried == nil) == (tool == .mix))
        #expect((try ConfigTrial(request).boot() == nil) == (tool != .mix))
        try scratch.file("release/bin/shop", "#!/bin/sh\ncase $1 in console_boot) ;; esac\n", mode: 0o755)
        #expect(ConfigTrial(request).untried == nil)
        guard tool != .mix else { return }
        request.environment = ["ERL_ZFLAGS": "+A 1"]
        let boot = try #require(try ConfigTrial(request).boot())
        #expect(boot.executable == root + "/bin/shop" && boot.arguments.first == "console_boot")
        #expect(boot.environment["ERL_ZFLAGS"] == "+A 1 -noshell -noinput -eval halt(0).")
    }
}
