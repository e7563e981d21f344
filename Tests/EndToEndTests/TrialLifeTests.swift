import Foundation
import Glibc
import Testing

@Suite("Nothing of a trial outlives it", .serialized)
struct TrialLifeTests {
    /// `samples/hello` whose runtime.exs starts what does not end with it, and waits when it is told to.
    private static let restless = SampleProject(
        "hello", as: "restless",
        build: #"""
            cat >> config/runtime.exs <<'END'
            System.cmd("sh", ["-c", "setsid sleep 1000 > /dev/null 2>&1 &"])
            System.cmd("sh", ["-c", "sleep 1000 &"], into: [], stderr_to_stdout: false) |> then(fn _ -> :ok end)
            if System.get_env("WAIT"), do: Process.sleep(:infinity)
            END
            sed -i 's/"sleep 1000 &"/"sleep 1000 >\&- \&"/' config/runtime.exs
            MIX_ENV=prod mix release --overwrite --quiet
            """#)

    @Test("processes that runtime.exs starts end with the trial, whatever group they went to")
    func children() async throws {
        try await Machine.run { machine in
            let project = try await Self.restless.copy(to: machine.home, manifest: SampleManifest.hello().text)
            let outcome = try await machine.beamctl("config", project)
            #expect(outcome.code == 0, "\(outcome)")
            #expect(machine.processes(named: "sleep").isEmpty && machine.processes(named: "beam.smp").isEmpty)
        }
    }

    @Test("a command that is killed takes its trial with it")
    func killed() async throws {
        try await Machine.run { machine in
            let project = try await Self.restless.copy(to: machine.home, manifest: SampleManifest.hello(["WAIT": "1"]).text)
            let command = try machine.start("config", project)
            try await machine.until("the trial runs") {
                !machine.processes(named: "beam.smp").isEmpty && machine.processes(named: "sleep").count >= 2
            }
            kill(command.pid, SIGKILL)
            try await machine.until("nothing of it is left, no file with what it was given either") {
                machine.processes(named: "beam.smp").isEmpty && machine.processes(named: "sleep").isEmpty
                    && (try? FileManager.default.contentsOfDirectory(atPath: machine.home + "/preflight")) == []
            }
        }
    }
}
