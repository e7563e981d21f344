import BeamRelease
import Deploying
import FleetModel
import Foundation
import Glibc
import Synchronization
import Testing

@Suite("Building a release")
struct ReleaseBuilderTests {
    private func builder(_ project: Project) throws -> ReleaseBuilder {
        try ReleaseBuilder(directory: project.path, build: BuildSpec(), app: "hello", environment: project.environment)
    }

    /// A `mix` that is a shell script.
    private func project(mix script: String) throws -> Project {
        let project = try Project(["mix.exs": Project.plainMix])
        try project.writeProgram("bin/mix", "#!/bin/sh\n" + script)
        return project
    }

    @Test("the sample is built by the real mix, told line by line, and read")
    func real() async throws {
        let project = try Project()
        try project.run("cp -r '\(Project.repository)/samples/hello/.' . && rm -rf _build")
        let told = Mutex<[ReleaseBuilder.Progress]>([])
        let builder = try builder(project)
        let release = try await builder.build { progress in told.withLock { $0.append(progress) } }
        let description = ReleaseDescription(release)
        #expect(description.name == "hello" && description.version == "0.1.0" && description.tool == .mix)
        #expect(description.elixir != nil && description.applications["hello"] == "0.1.0" && release.includesERTS)
        let lines = told.withLock { $0 }
        #expect(lines.first == .began(builder.plan.steps[0]))
        #expect(lines.contains { if case .output(let line) = $0 { line.contains("assembling hello-0.1.0") } else { false } })
        #expect(try builder.builtRelease() == release)
    }

    @Test("a build that fails shows the last lines of its output, errors among them")
    func failure() async throws {
        let project = try project(mix: "for i in $(seq 1 300); do echo line $i; done; echo broken >&2; exit 3")
        let error = await #expect(throws: BuildError.self) { try await builder(project).build() }
        #expect(error?.code == .stepFailed && error?.reason == "exited with 3")
        #expect(error?.place == "MIX_ENV=prod mix release --overwrite")
        #expect(error?.output.last == "broken" && error?.output.count == 200 && error?.output.first == "line 102")
    }

    @Test("a step sees the user's environment, MIX_ENV, its folder and no input")
    func environment() async throws {
        let project = try project(mix: "echo \"$MIX_ENV $USERS_OWN $(pwd -P) $(cat | wc -c)\"; exit 1")
        var environment = project.environment
        environment["USERS_OWN"] = "own"
        environment["MIX_ENV"] = "dev"
        let builder = try ReleaseBuilder(directory: project.path, build: BuildSpec(), app: "hello", environment: environment)
        let error = await #expect(throws: BuildError.self) { try await builder.build() }
        let folder = URL(filePath: project.path).resolvingSymlinksInPath().path
        #expect(error?.output == ["prod own \(folder) 0"], "\(String(describing: error))")
    }

    @Test("Mix is given the rebar3 of the PATH where it has none of its own, and is not asked to download one")
    func rebar() async throws {
        func told(_ change: (Project, inout [String: String]) throws -> Void) async throws -> [String]? {
            let project = try project(mix: "echo \"rebar3: ${MIX_REBAR3-none}\"; exit 1")
            try project.writeProgram("bin/rebar3", "#!/bin/sh\n")
            var environment = project.environment
            environment["HOME"] = project.path + "/home"
            environment["MIX_HOME"] = nil
            try change(project, &environment)
            let builder = try ReleaseBuilder(directory: project.path, build: BuildSpec(), app: "hello", environment: environment)
            let error = await #expect(throws: BuildError.self) { try await builder.build() }
            return error?.output.map { $0.replacingOccurrences(of: project.path, with: "") }
        }
        #expect(try await told { _, _ in } == ["rebar3: /bin/rebar3"])
        #expect(try await told { _, environment in environment["MIX_REBAR3"] = "/theirs" } == ["rebar3: /theirs"])
        #expect(
            try await told { project, _ in
                try project.writeProgram("home/.mix/elixir/1-14/rebar3", "#!/bin/sh\n")
            } == ["rebar3: none"])
        #expect(
            try await told { project, environment in
                environment["MIX_HOME"] = project.path + "/mine"
                try project.writeProgram("mine/rebar3", "#!/bin/sh\n")
            } == ["rebar3: none"])
    }

    @Test("a tool that is missing is told with the command that brings it")
    func missing() async throws {
        let project = try Project(["mix.exs": Project.plainMix])
        let builder = try ReleaseBuilder(
            directory: project.path, build: BuildSpec(), app: "hello", environment: ["PATH": project.path])
        let error = await #expect(throws: BuildError.self) { try await builder.build() }
        #expect(error?.code == .toolMissing && error?.next == "sudo apt-get install elixir")
    }

    @Test("a build that succeeds and leaves no release is an error, and so is --no-build before any")
    func notBuilt() async throws {
        let project = try project(mix: "exit 0")
        let error = await #expect(throws: BuildError.self) { try await builder(project).build() }
        #expect(error?.code == .notBuilt && error?.place.hasSuffix("_build/prod/rel/hello") == true)
        #expect(throws: BuildError.self) { try builder(project).builtRelease() }
    }

    @Test("a cancelled build ends with everything that it has started")
    func cancelled() async throws {
        let project = try project(mix: "sleep 1000 & echo $$ $!; trap '' TERM; wait; sleep 1000")
        let builder = try builder(project)
        let (pids, told) = AsyncStream.makeStream(of: [Int32].self)
        let build = Task {
            try await builder.build { progress in
                if case .output(let line) = progress { told.yield(line.split(separator: " ").compactMap { Int32($0) }) }
            }
        }
        let started = await pids.first { _ in true } ?? []
        try #require(started.count == 2)
        build.cancel()
        await #expect(throws: CancellationError.self) { try await build.value }
        let deadline = ContinuousClock.now + .seconds(10)
        while started.contains(where: { isRunning($0) }), ContinuousClock.now < deadline { await Task.yield() }
        #expect(!started.contains { isRunning($0) })
    }

    /// Whether a process is there, and not a zombie that nobody has collected.
    private func isRunning(_ pid: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return !status.contains(") Z ")
    }

    @Test("lines without end, long lines and odd bytes come through")
    func lines() async throws {
        let project = try project(mix: "head -c 40000 /dev/zero | tr '\\0' x; printf '\\nodd \\377\\r\\nlast'; exit 1")
        let error = await #expect(throws: BuildError.self) { try await builder(project).build() }
        #expect(error?.output.map(\.count) == [16384, 16384, 7232, 5, 4], "\(String(describing: error))")
        #expect(error?.output.suffix(2) == ["odd \u{FFFD}", "last"])
    }
}

@Suite("The commit of a project")
struct SourceRevisionTests {
    @Test("a checkout has a commit, and is dirty when anything in the folder is not committed")
    func checkout() async throws {
        let project = try Project(["app/a.txt": "a", "other/b.txt": "b"])
        let outside = await SourceRevision.of("/", environment: project.environment)
        #expect(outside.commit == nil && !outside.isDirty)
        try project.run(
            "git init -q . ; git config user.email t@example.com; git config user.name t; git add .; git commit -qm one")
        let clean = await SourceRevision.of(project.path + "/app", environment: project.environment)
        #expect(clean.commit?.count == 40 && !clean.isDirty)
        try project.write("other/c.txt", "c")
        #expect(await SourceRevision.of(project.path + "/app", environment: project.environment) == clean)
        try project.write("app/c.txt", "c")
        let dirty = await SourceRevision.of(project.path + "/app", environment: project.environment)
        #expect(dirty.commit == clean.commit && dirty.isDirty)
    }

    @Test("without git there is no commit, and no error")
    func withoutGit() async throws {
        let project = try Project()
        let revision = await SourceRevision.of(project.path, environment: ["PATH": project.path])
        #expect(revision.commit == nil && !revision.isDirty)
    }
}
