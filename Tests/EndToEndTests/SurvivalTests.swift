import FleetModel
import FleetStore
import Foundation
import TestSupport
import Testing

@Suite("Replicas outlive the daemon", .serialized)
struct SurvivalTests {
    @Test("killed at random moments of 50 deploys, the daemon loses nothing: each deploy ends well, and no slot runs twice")
    func killedFiftyTimes() async throws {
        try await Machine.run { machine in
            let manifest = ManifestText.hello(replicas: 2, extra: "rollout:\n  max_surge: 2")
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: manifest)
            try #require(try await machine.beamctl("deploy", project).code == 0)
            var random = SystemRandomNumberGenerator()
            for round in 1...50 {
                let deploy = try machine.start("deploy", project, "--no-build", "--timeout", "60")
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...1500, using: &random)))
                if let daemon = machine.daemonPID { kill(daemon, SIGKILL) }
                let outcome = try await deploy.outcome(within: .seconds(90))
                try #require(outcome.code == 0, "round \(round): \(outcome)")
                let status = try await machine.status("hello")
                try #require(status.rollout.isComplete, "round \(round): \(status.replicas)")
                try #require(status.mesh?.full == true)
                let beams = Set(machine.processes(named: "beam.smp"))
                try #require(
                    beams == Set(status.replicas.compactMap(\.pid)), "round \(round): every BEAM is a known replica's, once")
            }
        }
    }

    @Test("after a restart of the machine everything comes back as it was wanted; a damaged copy of a release is told, not run")
    func newBoot() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 2))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            let before = try await machine.status("hello")
            try cutPower(machine)
            try await machine.until("all is back") {
                let status = try await machine.status("hello")
                return status.rollout.isComplete && status.mesh?.full == true
            }
            let after = try await machine.status("hello")
            #expect(after.replicas.map(\.name) == before.replicas.map(\.name))
            #expect(after.replicas.map(\.slot) == before.replicas.map(\.slot) && after.replicas.allSatisfy { $0.failures == 0 })

            try cutPower(machine)
            let copy = "\(machine.home)/releases/\(before.revision.release.digest)"
            try await HelloProject.shell(
                "chmod u+w '\(copy)/releases/start_erl.data' && echo >> '\(copy)/releases/start_erl.data'")
            try await machine.until("it says why") {
                let replicas = try await machine.status("hello").replicas
                return replicas.allSatisfy {
                    $0.phase == .backoff && $0.reason?.contains("the copy of its release is gone") == true
                }
            }
            #expect(try await machine.beamctl("deploy", project, "--no-build").code == 0)
        }
    }

    /// Everything ends at once, and the next daemon is told that it is another boot of the machine.
    private func cutPower(_ machine: Machine) throws {
        for _ in 0..<3 {
            for pid in machine.processes() where pid != getpid() { kill(pid, SIGKILL) }
        }
        try FleetStore(path: machine.home + "/state.sqlite").setFact("boot", to: "another boot")
    }

    @Test("while no daemon lives, replicas serve, find each other, and their log goes on; a new daemon adopts them")
    func withoutDaemon() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 2))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            let before = try await machine.status("hello")
            kill(try #require(machine.daemonPID), SIGKILL)

            let replica = try #require(before.replicas.first)
            let answer = try await Command(
                "/usr/bin/curl", ["-sf", "-m", "5", "http://\(replica.slot.address):\(replica.slot.port)/json"]
            ).run(within: .seconds(10))
            #expect(answer.code == 0)
            let dig = try await Command(
                "/usr/bin/dig", ["+short", "@\(machine.nameServer)", "-p", "5380", "hello-peers.default.svc.cluster.local"]
            ).run(within: .seconds(10))
            #expect(dig.output.split(separator: "\n").count == 2)

            // This one ends while nobody watches; its keeper must have written down how.
            let lost = try #require(before.replicas.last)
            kill(try #require(lost.pid), SIGKILL)
            try await machine.until("its keeper wrote it down") {
                let state = try String(contentsOfFile: "\(machine.home)/replicas/default/\(lost.name)/state", encoding: .utf8)
                return state.hasPrefix("signal 9 at ")
            }
            let after = try await machine.status("hello")
            #expect(after.replicas.first { $0.name == replica.name }?.pid == replica.pid)
            try await machine.until("the lost one is back") {
                let again = try await machine.status("hello").replicas.first { $0.name == lost.name }
                return again?.phase == .ready && again?.restarts == 1 && again?.lastExit?.signal == 9
            }
        }
    }

    @Test("daemon stop leaves replicas running, stop --all leaves nothing")
    func stopping() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 2))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            #expect(try await machine.beamctl("daemon", "stop").code == 0)
            #expect(machine.processes(named: "beam.smp").count == 2)
            #expect(try await machine.beamctl("stop", "--all").code == 0)
            #expect(machine.processNames().isEmpty)

            // Stopped on purpose stays stopped.
            #expect(try await machine.beamctl("daemon", "start").code == 0)
            #expect(try await machine.status("hello").replicas.isEmpty)

            // Also where a daemon was started for nothing else, and is about to start the entrance.
            for _ in 1...3 {
                #expect(try await machine.beamctl("stop", "--all").code == 0)
                #expect(machine.processNames().isEmpty)
            }
        }
    }

    @Test("stop --all ends what is frozen, and replicas that a lost state does not know")
    func stoppingTheUnwilling() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 2))
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            for name in ["beamctl-entrance", "beamctl-dns"] {
                try Freezing.freeze(#require(machine.processes(named: name).first))
            }
            #expect(try await machine.beamctl("stop", "--all", within: .seconds(90)).code == 0)
            #expect(machine.processNames().isEmpty)

            try #require(try await machine.beamctl("restart", "hello").code == 0)
            #expect(try await machine.beamctl("daemon", "stop").code == 0)
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: machine.home + "/state.sqlite" + suffix)
            }
            #expect(machine.processes(named: "beam.smp").count == 2)
            #expect(try await machine.beamctl("stop", "--all").code == 0)
            #expect(machine.processNames().isEmpty)
        }
    }

    @Test("after everything was killed at once, as by a power cut, the daemon brings back what was wanted")
    func powerCut() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 2))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            for pid in machine.processes() { kill(pid, SIGKILL) }
            try await machine.until("all are gone") { machine.processes().isEmpty }
            #expect(try await machine.beamctl("daemon", "start").code == 0)
            try await machine.until("both are back and meshed") {
                let status = try await machine.status("hello")
                return status.rollout.isComplete && status.mesh?.full == true
            }
        }
    }

    @Test("a killed keeper takes nothing with it but its own BEAM, which is started again")
    func killedKeeper() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 2))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            let before = try await machine.status("hello")
            let keeper = try #require(machine.processes(named: "beamctl-keeper").first)
            kill(keeper, SIGKILL)
            try await machine.until("both are ready, one of them anew") {
                let status = try await machine.status("hello")
                let kept = status.replicas.filter { now in before.replicas.contains { $0.pid == now.pid } }
                return status.rollout.isComplete && kept.count == 1
            }
            #expect(machine.processes(named: "beam.smp").count == 2)
        }
    }

    @Test("a killed name server is back by itself, with the same answers")
    func killedNameServer() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 1))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            kill(try #require(machine.processes(named: "beamctl-dns").first), SIGKILL)
            try await machine.until("it answers again") {
                let dig = try await Command(
                    "/usr/bin/dig",
                    ["+short", "+time=1", "+tries=1", "@\(machine.nameServer)", "-p", "5380", "hello.default.svc.cluster.local"]
                ).run(within: .seconds(10))
                return dig.code == 0 && dig.output.split(separator: "\n").count == 1
            }
        }
    }
}

extension Machine {
    /// Where this machine's name server listens.
    var nameServer: String {
        let base = network.prefix { $0 != "/" }.split(separator: ".").dropLast().joined(separator: ".")
        return base + ".1"
    }
}
