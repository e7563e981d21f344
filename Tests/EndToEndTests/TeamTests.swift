import FleetModel
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Several commands at once, and what is told of them", .serialized)
struct TeamTests {
    private static func project(_ machine: Machine, _ more: String = "") async throws -> String {
        let manifest = "app: hello\nreplicas: 1\nhttp: {health: /health}\nenv: {GREETING: from a test}\n\(more)"
        return try await HelloProject.shared.copy(to: machine.home, manifest: manifest)
    }

    @Test("what changes an app waits for who is changing it, says for whom and since when, and no longer than it was told to")
    func locked() async throws {
        try await Machine.run { machine in
            let project = try await Self.project(machine)
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            // A deploy that goes on until a file is there.
            let gate = machine.home + "/gate"
            let command =
                "release_command: [eval, 'f = fn f -> File.exists?(\"\(gate)\") || (Process.sleep(50); f.(f)) end; f.(f)']\n"
            let manifest = "app: hello\nreplicas: 1\nhttp: {health: /health}\nenv: {GREETING: again}\n\(command)"
            try manifest.write(toFile: project + "/beamctl.yml", atomically: true, encoding: .utf8)
            let deploying = try machine.start("deploy", project, "--no-build")
            try await machine.until("the deploy has come to its command") {
                machine.processes(named: "beam.smp").count == 2
            }
            for words in [
                ["scale", "hello", "2"], ["restart", "hello"], ["stop", "hello"], ["destroy", "hello", "--yes"],
                ["rollback", "hello"], ["env", "set", "hello", "X=1"], ["env", "unset", "hello", "GREETING"],
                ["deploy", project, "--no-build"],
            ] {
                let late = try await machine.beamctl(words + ["--timeout", "1"])
                let place = "process \(deploying.pid): deploy of hello since 20"
                #expect(late.code == 124, "\(late)")
                #expect(late.errors.contains("error: timed out after 1 s waiting for ") && late.errors.contains(place), "\(late)")
            }
            let scaling = try machine.start("scale", "hello", "2")
            try await machine.until("it waits") { scaling.errorsSoFar.contains("waiting for ") }
            #expect(FileManager.default.createFile(atPath: gate, contents: nil))
            #expect(try await deploying.outcome(within: .seconds(60)).code == 0)
            let scaled = try await scaling.outcome(within: .seconds(60))
            #expect(scaled.code == 0 && scaled.output == "hello has 2 replicas\n", "\(scaled)")
            let status = try await machine.status("hello")
            #expect(status.deployment.scale == ["web": 2] && status.revision.number == 2)
        }
    }

    @Test("an interrupted wait says that the rollout goes on, how to look at it and how to take it back")
    func interrupted() async throws {
        try await Machine.run { machine in
            let project = try await Self.project(machine)
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            let manifest = "app: hello\nreplicas: 1\nhttp: {health: /nowhere}\nenv: {GREETING: again}\n"
            try manifest.write(toFile: project + "/beamctl.yml", atomically: true, encoding: .utf8)
            let deploying = try machine.start("deploy", project, "--no-build")
            try await machine.until("the rollout has begun") { try await machine.status("hello").replicas.count == 2 }
            kill(deploying.pid, SIGINT)
            let outcome = try await deploying.outcome(within: .seconds(20))
            #expect(outcome.code == 130, "\(outcome)")
            #expect(outcome.errors.contains("error: interrupted; the rollout of 'hello' goes on in the daemon"), "\(outcome)")
            #expect(
                outcome.errors.contains(
                    "try: beamctl status hello shows how far it is; beamctl rollback hello brings back what was before"))
            let back = try await machine.beamctl("rollback", "hello")
            #expect(back.code == 0, "\(back)")
        }
    }

    @Test("what replaced replicas wrote is there after a deploy, under their names; a stopped app is said to be stopped")
    func logs() async throws {
        try await Machine.run { machine in
            let project = try await Self.project(machine)
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            let first = try #require(try await machine.status("hello").replicas.first?.name)
            try #require(try await machine.beamctl("restart", "hello").code == 0)
            try await machine.until("the first is gone") {
                try await machine.status("hello").replicas.allSatisfy { $0.name != first }
            }
            let second = try #require(try await machine.status("hello").replicas.first?.name)
            let both = try await machine.beamctl("logs", "hello", "--since", "1h")
            for name in [first, second] { #expect(both.output.contains("\(name) | "), "\(both)") }
            let one = try await machine.beamctl("logs", "hello", "--replica", first)
            #expect(one.code == 0 && one.output.contains("listening on port") && !one.output.contains(second), "\(one)")
            let none = try await machine.beamctl("logs", "hello", "--replica", "hello-web-1-nobody")
            #expect(none.code == 1)

            try #require(try await machine.beamctl("stop", "hello").code == 0)
            let status = try await machine.beamctl("status", "hello")
            #expect(status.output.contains("0/0 ready  stopped: beamctl restart hello starts it again"), "\(status)")
            let entrance = try await machine.entrance("hello.localhost")
            try await machine.until("the page says so") {
                try entrance.get("/").body == "hello is stopped.\nbeamctl restart hello\n"
            }
            let after = try await machine.beamctl("logs", "hello", "--since", "1h")
            #expect(after.output.contains("\(second) | "))
            try #require(try await machine.beamctl("destroy", "hello", "--yes").code == 0)
            #expect(!FileManager.default.fileExists(atPath: machine.home + "/logs/default/hello"))
        }
    }

    @Test("a daemon that is stopped is said to be, by every command and soon; it can be killed, and the next goes on")
    func frozen() async throws {
        try await Machine.run { machine in
            let project = try await Self.project(machine)
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            let pid = try #require(machine.daemonPID)
            kill(pid, SIGSTOP)
            // Beside each other, since each of them waits for an answer.
            try await withThrowingTaskGroup(of: Outcome.self) { commands in
                for words in [
                    ["status", "hello"], ["logs", "hello", "-f"], ["scale", "hello", "2"], ["daemon", "start"],
                    ["stop", "--all"],
                ] {
                    commands.addTask { try await machine.beamctl(words, within: .seconds(40)) }
                }
                for try await outcome in commands {
                    #expect(outcome.code == 1, "\(outcome)")
                    #expect(outcome.errors.contains("error: the daemon does not answer: process \(pid) is stopped"), "\(outcome)")
                    #expect(outcome.errors.contains("try: kill -CONT \(pid), or beamctl daemon stop --force"), "\(outcome)")
                }
            }
            let doctor = try await machine.beamctl("doctor", within: .seconds(40))
            #expect(
                doctor.code == 1 && doctor.output.contains("the daemon does not answer: process \(pid) is stopped"), "\(doctor)")
            let killed = try await machine.beamctl("daemon", "stop", "--force")
            #expect(killed.code == 0 && killed.output == "the daemon is killed; replicas go on\n", "\(killed)")
            #expect(try await machine.beamctl("status", "hello").output.contains("1/1 ready"))
            #expect(machine.daemonPID != pid)
        }
    }

    @Test("a keeper that is frozen holds nobody up: when its BEAM ought to have ended, both are killed")
    func frozenKeeper() async throws {
        try await Machine.run { machine in
            let project = try await Self.project(machine, "shutdown: {grace: 1s, drain: 1s}\n")
            try #require(try await machine.beamctl("deploy", project, "--no-build", "--replicas", "2").code == 0)
            let keepers = machine.processes(named: "beamctl-keeper")
            try #require(keepers.count == 2)
            keepers.forEach { kill($0, SIGSTOP) }
            let scaled = try await machine.beamctl("scale", "hello", "1")
            #expect(scaled.code == 0, "\(scaled)")
            let stopped = try await machine.beamctl("stop", "--all")
            #expect(stopped.code == 0 && stopped.output == "everything is stopped\n", "\(stopped)")
            try await machine.until("nothing is left") { machine.processes().isEmpty }
        }
    }

    @Test("a deploy that is stopped by somebody else says so, and has failed")
    func stoppedMeanwhile() async throws {
        try await Machine.run { machine in
            let project = try await Self.project(machine)
            // Its health check never passes: it waits.
            try SampleProject.write(
                "app: hello\nreplicas: 1\nhttp: {health: /nowhere}\nenv: {GREETING: from a test}\n", to: project)
            let deploy = try machine.start("deploy", project, "--no-build")
            try await machine.until("it waits for its replica") {
                try await machine.beamctl("status", "hello").output.contains(" starting ")
            }
            try #require(try await machine.beamctl("stop", "--all").code == 0)
            let outcome = try await deploy.outcome(within: .seconds(60))
            #expect(outcome.code == 1, "\(outcome)")
            #expect(outcome.errors.contains("'hello' was stopped before its replicas were ready"), "\(outcome)")
        }
    }

    @Test("where there is to be no entrance, doctor says that there is none")
    func noEntrance() async throws {
        try await Machine.run(with: ["BEAMCTL_ENTRANCE": "off"]) { machine in
            let project = try await Self.project(machine)
            let deployed = try await machine.beamctl("deploy", project, "--no-build")
            #expect(deployed.code == 0 && deployed.output.contains("hello is up: http://127."), "\(deployed)")
            let doctor = try await machine.beamctl("doctor")
            #expect(doctor.output.contains("off, as BEAMCTL_ENTRANCE said when the daemon was started"), "\(doctor)")
            #expect(machine.processes(named: "beamctl-entrance").isEmpty)
        }
    }

    @Test("a new daemon brings the entrance to its settings, without a connection that ends; what is told is what is so")
    func moved() async throws {
        try await Machine.run { machine in
            let project = try await Self.project(machine)
            let (one, other) = ("127.0.0.1:\(try Listener.freePort())", "127.0.0.1:\(try Listener.freePort())")
            func beamctl(_ place: String, _ words: String...) async throws -> Outcome {
                try await machine.beamctl(
                    words, environment: ["BEAMCTL_ENTRANCE": place, "BEAMCTL_TRUSTED_PROXIES": place == one ? "" : "127.0.0.0/8"])
            }
            func address(_ place: String) -> AppAddress {
                AppAddress(host: "127.0.0.1", port: Int(place.split(separator: ":")[1]) ?? 0, name: "hello.localhost")
            }
            let first = try await beamctl(one, "deploy", project, "--no-build")
            try #require(first.code == 0 && first.output.contains("http://hello.localhost:\(address(one).port) "), "\(first)")
            try await machine.until("it is there") { (try? address(one).get("/health").status) == 200 }
            let pid = machine.processes(named: "beamctl-entrance")
            let open = try address(one).wire()
            let request = "GET /health HTTP/1.1\r\nHost: hello.localhost\r\n\r\n"
            try open.send(request)
            #expect(try Message.read(open)?.status == 200)

            // The daemon lives: it is told that this shell asks for something else.
            let doctor = try await beamctl(other, "doctor")
            #expect(doctor.output.contains("the daemon was started with BEAMCTL_ENTRANCE=\(one)"), "\(doctor)")
            #expect(doctor.output.contains("beamctl daemon stop"))
            let same = try await beamctl(other, "deploy", project, "--no-build")
            #expect(same.output.contains("http://hello.localhost:\(address(one).port) "), "\(same)")
            #expect(same.errors.contains("here it is BEAMCTL_ENTRANCE=\(other) BEAMCTL_TRUSTED_PROXIES=127.0.0.0/8"), "\(same)")

            try #require(try await beamctl(other, "daemon", "stop").code == 0)
            let alone = try await beamctl(other, "doctor")
            #expect(alone.output.contains("\(one); the next daemon brings it to BEAMCTL_ENTRANCE=\(other) "), "\(alone)")
            let second = try await beamctl(other, "deploy", project, "--no-build")
            #expect(second.code == 0 && second.output.contains("http://hello.localhost:\(address(other).port) "), "\(second)")
            try await machine.until("it is there") { (try? address(other).get("/health").status) == 200 }
            #expect((try? address(one).wire()) == nil, "and at the old place no more")
            #expect(machine.processes(named: "beamctl-entrance") == pid)
            try open.send(request)
            #expect(try Message.read(open)?.status == 200, "an open connection goes on")
            #expect(try address(other).get("/health", fields: "X-Forwarded-For: 203.0.113.7\r\n").status == 200)
            try await machine.until("the proxy is believed") {
                try String(contentsOfFile: machine.home + "/entrance/access.log", encoding: .utf8).contains(
                    "\"client\":\"203.0.113.7\"")
            }

            // A place that is taken: it goes on where it was, and everybody says so.
            let listener = try Listener(address: "127.0.0.1", port: 0)
            defer { listener.close() }
            try #require(try await beamctl(one, "daemon", "stop").code == 0)
            let taken = "127.0.0.1:\(listener.port)"
            try #require(try await beamctl(taken, "daemon", "start").code == 0)
            let words = "\(taken) is taken by another process; it goes on at \(other), whatever BEAMCTL_ENTRANCE says"
            try await machine.until("status tells") { try await beamctl(taken, "status", "hello").output.contains(words) }
            #expect(
                try await beamctl(taken, "status", "hello").output.contains("http://hello.localhost:\(address(other).port)\n"))
            #expect(try await beamctl(taken, "doctor").output.contains(words))
            #expect(try await beamctl(taken, "daemon", "status").output.contains("entrance  \(other): "))
            #expect(try address(other).get("/health").status == 200)

            try #require(try await beamctl(taken, "daemon", "stop").code == 0)
            try #require(try await beamctl("off", "daemon", "start").code == 0)
            try await machine.until("it is off") { machine.processes(named: "beamctl-entrance").isEmpty }
        }
    }
}
