import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("The daemon of another machine, over the user's own ssh", .serialized)
struct RemoteTests {
    private static let manifest = """
        app: hello
        replicas: 2
        http: {health: /health}
        env: {GREETING: from a test}
        """

    @Test("every command works as it does here: deploy, look, change, run, roll back, destroy; a release is sent once")
    func everyday() async throws {
        try await SecureShell.run { here, shell in
            let user = shell.environment(here)
            func beamctl(_ words: String..., input: String? = nil) async throws -> Outcome {
                try await here.beamctl(words, environment: user, input: input)
            }
            let project = try await HelloProject.shared.copy(to: here.home, manifest: Self.manifest)
            let deployed = try await beamctl("deploy", project, "--no-build")
            try #require(deployed.code == 0, "\(deployed)")
            #expect(deployed.errors.contains("2/2 nodes meshed"))
            // Nothing of it runs for this home; all of it for the other.
            #expect(here.processes(named: "beam.smp").isEmpty)
            #expect(shell.there.processes(named: "beam.smp").count == 2)
            #expect(!FileManager.default.fileExists(atPath: here.home + "/releases"))
            let status = try await shell.there.status("hello")
            #expect(status.revision.origin.user.contains("@"))
            let kept = shell.there.home + "/releases/" + status.revision.release.digest
            let made = try FileManager.default.attributesOfItem(atPath: kept + "/bin/hello")[.modificationDate] as? Date
            try #require(try await beamctl("deploy", project, "--no-build").code == 0)
            let again = try FileManager.default.attributesOfItem(atPath: kept + "/bin/hello")[.modificationDate] as? Date
            #expect(made == again && made != nil, "it is not sent again")

            #expect(try await beamctl("status", "hello").output.contains("2/2 ready"))
            #expect(try await beamctl("nodes", "hello").output.contains("mesh: full (2 of 2 nodes agree)"))
            #expect(try await beamctl("logs", "hello", "--lines", "50").output.contains("listening on port"))
            let rpc = try await beamctl("rpc", "hello", "IO.puts(\"it's #{node()}\")")
            #expect(rpc.code == 0 && rpc.output.hasPrefix("it's hello@127."), "\(rpc)")
            #expect(try await beamctl("eval", "hello", "--", "-1 |> abs() |> IO.puts()").output == "1\n")
            let ran = try await beamctl("run", "hello", "--", "sh", "-c", "echo \"$GREETING\"; exit 7")
            #expect(ran.code == 7 && ran.output == "from a test\n", "\(ran)")
            let set = try await beamctl("env", "set", "hello", "GREETING=from afar", "GREETIGN=slip")
            #expect(set.code == 0 && set.errors.contains("warning: GREETIGN is given (beamctl env), and nothing"), "\(set)")
            try #require(try await beamctl("secrets", "set", "hello", "TOKEN", input: "s3cr3t").code == 0)
            let asked = "IO.puts(System.get_env(\"GREETING\") <> System.get_env(\"TOKEN\"))"
            #expect(try await beamctl("eval", "hello", asked).output == "from afars3cr3t\n")
            #expect(try await beamctl("config", "hello").output.contains("from afar"))
            #expect(try await beamctl("config", project).output.contains("from afar"))
            let attached = try await beamctl("attach", "hello", "--", "elixir", "-e", "IO.puts(length(Node.list(:hidden)))")
            #expect(attached.output == "2\n", "\(attached)")
            try #require(try await beamctl("rollback", "hello").code == 0)
            #expect(try await beamctl("eval", "hello", "IO.puts(inspect(System.get_env(\"TOKEN\")))").output == "nil\n")
            #expect(try await beamctl("history", "hello").output.contains("brings back"))
            #expect(try await beamctl("crashes", "hello").code == 0)
            #expect(try await beamctl("daemon", "status").output.contains(shell.there.home))
            #expect(try await beamctl("doctor").output.contains("beamctl-keeper"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: shell.there.home + "/preflight") == [])
            try #require(try await beamctl("destroy", "hello", "--yes").code == 0)
            try #require(try await beamctl("stop", "--all").code == 0)
            #expect(shell.there.daemonPID.map { ProcessTable.isRunning($0) } != true)
        }
    }

    @Test("a daemon that was killed there is started again; a connection that broke is made again")
    func kills() async throws {
        try await SecureShell.run { here, shell in
            let user = shell.environment(here)
            let project = try await HelloProject.shared.copy(to: here.home, manifest: Self.manifest)
            try #require(try await here.beamctl("deploy", project, "--no-build", environment: user).code == 0)
            let pid = try #require(shell.there.daemonPID)
            kill(pid, SIGKILL)
            let restarted = try await here.beamctl("restart", "hello", environment: user)
            #expect(restarted.code == 0, "\(restarted)")
            #expect(shell.there.daemonPID != pid)
            shell.cut()
            let status = try await here.beamctl("status", "hello", environment: user)
            #expect(status.code == 0 && status.output.contains("2/2 ready"), "\(status)")
            // Several at once find one connection.
            shell.cut()
            try await withThrowingTaskGroup(of: Outcome.self) { group in
                for _ in 0..<4 { group.addTask { try await here.beamctl("status", "hello", environment: user) } }
                for try await outcome in group { #expect(outcome.code == 0, "\(outcome)") }
            }
            let masters = ProcessTable.running().filter { $0.name == "ssh" && $0.arguments.contains(here.home + "/ssh/") }
            #expect(masters.count == 1, "\(masters)")
        }
    }

    @Test("a configuration that does not boot there stops a deploy; an interrupted migration ends there too")
    func refusals() async throws {
        try await SecureShell.run { here, shell in
            let user = shell.environment(here)
            let wrong = try await SampleProject.phoenixLike.copy(
                to: here.home, manifest: SampleManifest.phoenixLike().without("DATABASE_URL").text)
            let refused = try await here.beamctl("deploy", wrong, "--no-build", environment: user)
            #expect(refused.code == 1 && refused.errors.contains("DATABASE_URL"), "\(refused)")
            #expect(shell.there.processes(named: "beam.smp").isEmpty)

            let long = "app: hello\nrelease_command: [eval, \"IO.puts(:begun); Process.sleep(:infinity)\"]\nenv: {GREETING: x}\n"
            let project = try await HelloProject.shared.copy(to: here.home, manifest: long)
            let deploying = try Command(
                Programs.beamctl, ["deploy", project, "--no-build"], environment: here.environment.merging(user) { $1 }
            ).start()
            try await here.until("the migration runs") { deploying.errorsSoFar.contains("| begun") }
            kill(deploying.pid, SIGINT)
            #expect(try await deploying.outcome(within: .seconds(20)).code == 130)
            try await here.until("nothing of it is left there") { shell.there.processes(named: "beam.smp").isEmpty }
            try await here.until("nor its folder") {
                try FileManager.default.contentsOfDirectory(atPath: shell.there.home + "/preflight") == []
            }
        }
    }

    @Test("a command that was run there ends when its caller is gone, with all that it started, and leaves no folder")
    func callerGone() async throws {
        try await SecureShell.run { here, shell in
            let user = shell.environment(here)
            let project = try await HelloProject.shared.copy(to: here.home, manifest: Self.manifest)
            try #require(try await here.beamctl("deploy", project, "--no-build", environment: user).code == 0)
            let mark = "\(4_000_000 + Int(getpid()))"
            func sleepers() -> Int { ProcessTable.running().count { $0.name == "sleep" && $0.arguments.contains(mark) } }
            func run(_ script: String) throws -> RunningCommand {
                try Command(
                    Programs.beamctl, ["run", "hello", "--", "sh", "-c", script],
                    environment: here.environment.merging(user) { $1 }
                ).start()
            }
            for (script, end) in [
                ("echo begun; sleep \(mark); echo ended", SIGKILL), ("echo begun; sleep \(mark) | cat", SIGTERM),
                // What does not end when it is asked to.
                ("trap '' TERM; echo begun; sleep \(mark); sleep \(mark)", SIGINT),
            ] {
                let running = try run(script)
                try await here.until("it runs there") { running.outputSoFar == "begun\n" && sleepers() == 1 }
                kill(running.pid, end)
                _ = try await running.outcome(within: .seconds(20))
                try await here.until("it has ended") { sleepers() == 0 }
                try await here.until("nor is its folder there") {
                    try FileManager.default.contentsOfDirectory(atPath: shell.there.home + "/preflight") == []
                }
            }
            // One that nobody disturbs ends by itself, and its input reaches it.
            let fed = try await here.beamctl("run", "hello", "--", "sh", "-c", "sleep 2; cat", environment: user, input: "whole")
            #expect(fed.code == 0 && fed.output == "whole", "\(fed)")
        }
    }

    @Test("what stands in the way is told: no machine, no beamctl, no such place")
    func problems() async throws {
        try await SecureShell.run { here, shell in
            let user = shell.environment(here)
            func fails(_ on: String, with words: String, code: Int32 = 1) async throws {
                let outcome = try await here.beamctl("list", environment: user.merging(["BEAMCTL_ON": on]) { $1 })
                #expect(outcome.code == code && outcome.errors.contains(words), "\(outcome)")
            }
            let unused = try Listener.freePort()
            try await fails("ssh://127.0.0.1:\(unused)", with: "Connection refused")
            try await fails(
                "ssh://nobody@127.0.0.1\(shell.destination.drop { $0 != "1" }.drop { $0 != ":" })", with: "Permission denied")
            try await fails("nowhere", with: "BEAMCTL_ON is 'nowhere'", code: 64)
            let option = try await here.beamctl("list", "--on", "ssh://-oProxyCommand=x")
            #expect(option.code == 64)
            try FileManager.default.removeItem(atPath: shell.programs + "/beamctl")
            if !FileManager.default.fileExists(atPath: "/usr/local/bin/beamctl") {
                try await fails(shell.destination, with: "beamctl is not installed there")
            }
        }
    }
}
