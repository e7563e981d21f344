import Foundation
import Glibc
import TestSupport
import Testing

@Suite("How all these tests are run")
struct TestScriptTests {
    /// A build whose tests are two scripts: one in the place of `swift test`, one in that of the tests' own program.
    private struct Bed {
        let folder = FileManager.default.temporaryDirectory.appending(path: "beamctl-runners-\(UUID().uuidString)")

        /// - Parameters:
        ///   - rest: What `swift test` does.
        ///   - beside: What the tests' own program does.
        init(rest: String, beside: String = "exit 9") throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let build = "if [ \"$1\" = build ]; then echo '\(folder.path)'; exit; fi"
            try script("swift", "\(build)\necho \"$*\" >'\(folder.path)/rest'\n\(rest)")
            try script("beamctlPackageTests.xctest", "echo \"$*\" >'\(folder.path)/beside'\n\(beside)")
        }

        private func script(_ name: String, _ body: String) throws {
            let path = folder.appending(path: name).path
            let wait = "wait_for() { until [ -e '\(folder.path)'/$1 ]; do sleep 0.02; done; }"
            try Data("#!/bin/sh\n\(wait)\n\(body)\n".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }

        static var script: String { Programs.checkout + "/scripts/test" }
        /// A cluster that is named is used as it is: none is brought up for these.
        var environment: [String: String] { ["SWIFT": folder.path + "/swift", "BEAMCTL_TEST_KUBECONFIG": "/nowhere"] }

        /// Starts `scripts/test`.
        func start(_ arguments: String...) throws -> RunningCommand {
            let environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            return try Command(Self.script, arguments, environment: environment).start()
        }

        /// What a runner was given; nil: it did not run.
        func arguments(of name: String) -> [String]? {
            (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)).map {
                $0.split(whereSeparator: \.isWhitespace).map(String.init)
            }
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }
    }

    private static func summary(_ runner: String, _ verb: String = "passed") -> String {
        "Test run with 3 tests in \(runner) \(verb) after 1 seconds."
    }

    @Test("two runners work side by side, each test runs in one of them, and their own summaries are the last lines")
    func sideBySide() async throws {
        let bed = try Bed(
            rest: "wait_for beside; echo '\(Self.summary("rest"))'",
            beside: "wait_for rest; echo 'a test passed'; echo '\(Self.summary("beside"))'")
        defer { bed.remove() }
        let outcome = try await bed.start().outcome(within: .seconds(60))
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output.contains("\nwhat ran beside the rest:\na test passed\n"), "\(outcome)")
        #expect(outcome.output.hasSuffix("\n\(Self.summary("beside"))\n\(Self.summary("rest"))\n"), "\(outcome)")
        let (rest, beside) = (try #require(bed.arguments(of: "rest")), try #require(bed.arguments(of: "beside")))
        #expect(rest.prefix(3) == ["test", "--skip-build", "--no-parallel"] && rest.dropLast().last == "--skip", "\(rest)")
        #expect(beside.dropLast() == ["--testing-library", "swift-testing", "--no-parallel", "--filter"], "\(beside)")
        #expect(rest.last == beside.last)
    }

    @Test("a failure of either fails the run, and is told again at the end", arguments: ["rest", "beside"])
    func failure(_ failing: String) async throws {
        func body(_ name: String) -> String {
            let fails = name == failing
            return "\(fails ? "echo '✘ Test \(name) failed'; " : "")echo '\(Self.summary(name))'; exit \(fails ? 3 : 0)"
        }
        let bed = try Bed(rest: body("rest"), beside: body("beside"))
        defer { bed.remove() }
        let outcome = try await bed.start().outcome(within: .seconds(60))
        #expect(outcome.code == 3, "\(outcome)")
        let end = "\nwhat failed:\n✘ Test \(failing) failed\n\(Self.summary("beside"))\n\(Self.summary("rest"))\n"
        #expect(outcome.output.hasSuffix(end), "\(outcome)")
    }

    @Test("a runner that crashes fails the run")
    func crash() async throws {
        let bed = try Bed(rest: "echo '\(Self.summary("rest"))'", beside: "kill -SEGV $$")
        defer { bed.remove() }
        let outcome = try await bed.start().outcome(within: .seconds(60))
        #expect(outcome.code == 128 + SIGSEGV, "\(outcome)")
    }

    @Test("with arguments there is one runner, and they are its own")
    func narrow() async throws {
        let bed = try Bed(rest: "echo '\(Self.summary("rest"))'")
        defer { bed.remove() }
        let outcome = try await bed.start("--filter", "Some").outcome(within: .seconds(60))
        #expect(outcome.code == 0 && outcome.output == Self.summary("rest") + "\n", "\(outcome)")
        #expect(bed.arguments(of: "rest")?.suffix(2) == ["--filter", "Some"] && bed.arguments(of: "beside") == nil)
    }

    @Test("Ctrl-C ends both")
    func interrupted() async throws {
        let bed = try Bed(
            rest: "wait_for nothing", beside: "trap 'touch \"${0%/*}/interrupted\"; exit' INT TERM; wait_for nothing")
        defer { bed.remove() }
        // A session of its own, as a terminal's; signals are not blocked there, as they are in what Foundation starts.
        let running = try Spawned(["setsid", Bed.script], environment: bed.environment)
        try await within("both runners") {
            while bed.arguments(of: "rest") == nil || bed.arguments(of: "beside") == nil {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        // As a terminal does: the whole group of processes in its foreground.
        kill(-running.pid, SIGINT)
        let code = try await within("its end") { await running.exitCode() }
        #expect(code == 130)
        try await within("the end of the one beside") {
            while bed.arguments(of: "interrupted") == nil { try await Task.sleep(for: .milliseconds(20)) }
        }
    }

    @Test("all that use the cluster are in one runner, and all that use the Docker Engine")
    func onePlace() async throws {
        let bed = try Bed(rest: "exit 0", beside: "exit 0")
        defer { bed.remove() }
        _ = try await bed.start().outcome(within: .seconds(60))
        let beside = try Regex(try #require(bed.arguments(of: "beside")?.last))
        let users = try Regex(#"\b(KubernetesTestbed|KubernetesApp|DockerTestbed|OwnEngine|TestAPIServer|TestCluster\.access)\b"#)
        let tests = URL(filePath: Programs.checkout + "/Tests")
        for target in try FileManager.default.contentsOfDirectory(atPath: tests.path) {
            let files = FileManager.default.enumerator(at: tests.appending(path: target), includingPropertiesForKeys: nil)
            for case let file as URL in try #require(files) where file.pathExtension == "swift" {
                let text = try String(contentsOf: file, encoding: .utf8)
                guard text.contains(users), file.lastPathComponent != "TestScriptTests.swift" else { continue }
                for suite in text.matches(of: /\nstruct (\w+Tests) \{/) {
                    #expect("\(target).\(suite.1)/a()".contains(beside), "\(file.lastPathComponent)")
                }
            }
        }
    }
}
