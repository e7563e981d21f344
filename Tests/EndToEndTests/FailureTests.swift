import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("What goes wrong", .serialized)
struct FailureTests {
    @Test("a release that crashes at boot: exit code 124, its last words, a growing wait; the old revision goes on")
    func crashLoop() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 1))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            let crashing = ManifestText.hello(replicas: 1, extra: "config: {preflight: false}", env: "BOOM: now")
            try Data(crashing.utf8).write(to: URL(fileURLWithPath: project + "/beamctl.yml"))
            let failed = try await machine.beamctl("deploy", project, "--no-build", "--timeout", "15")
            #expect(failed.code == 124, "\(failed)")
            #expect(failed.errors.contains("boom: now"))
            #expect(
                failed.errors.hasSuffix(
                    "error: timed out after 15 s waiting for 1 of 1 replicas of 'hello'; the rollout goes on in the daemon\n"
                        + "try: beamctl status hello; beamctl logs hello; beamctl rollback hello brings back what was before\n"),
                "\(failed)")
            // Before the end, too.
            #expect(failed.errors.contains(/\n  0\/1 ready; hello-web-2-[a-z0-9]{5}: .+\n/), "\(failed)")

            let status = try await machine.status("hello")
            #expect(status.replicas.count { $0.phase == .ready && $0.revision == 1 } == 1)
            let replica = try #require(status.replicas.first { $0.revision == 2 })
            #expect(replica.phase == .backoff || replica.phase == .starting)
            #expect(replica.restarts >= 1)
        }
    }

    @Test("of a misspelt app the one that was probably meant is told")
    func misspelt() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 1))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            for words in [["status", "helo"], ["scale", "hallo", "2"], ["logs", "hellos"]] {
                let failed = try await machine.beamctl(words)
                #expect(
                    failed.code == 1
                        && failed.errors.contains(
                            "there is no app '\(words[1])' in the namespace 'default'; did you mean hello?\n"),
                    "\(failed)")
            }
            let kept = try await machine.beamctl("env", "set", "helo", "A=1")
            #expect(kept.code == 0 && kept.errors.contains("note: hello is deployed; if that was meant, "), "\(kept)")
            let far = try await machine.beamctl("status", "billing")
            #expect(far.errors.contains("there is no app 'billing' in the namespace 'default'\n"), "\(far)")
        }
    }

    @Test("a killed BEAM is started again at once, in the same slot")
    func killedBeam() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 2))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            let victim = try #require(try await machine.status("hello").replicas.first)
            kill(try #require(victim.pid), SIGKILL)
            try await machine.until("two ready again") {
                let status = try await machine.status("hello")
                let again = status.replicas.first { $0.name == victim.name }
                return again?.phase == .ready && again?.restarts == 1 && again?.slot == victim.slot && status.mesh?.full == true
            }
        }
    }

    @Test("a frozen BEAM is seen, leaves the service's name but not the peers', and comes back when it answers")
    func frozenBeam() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 2))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            let victim = try #require(try await machine.status("hello").replicas.first)
            let pid = try #require(victim.pid)
            try Freezing.freeze(pid)
            try await machine.until("it is unready") {
                try await machine.status("hello").replicas.first { $0.name == victim.name }?.phase == .unready
            }
            #expect(try await addresses(of: "hello", machine).contains(victim.slot.address) == false)
            #expect(try await addresses(of: "hello-peers", machine).contains(victim.slot.address))
            Freezing.thaw(pid)
            try await machine.until("it is ready") {
                try await machine.status("hello").replicas.first { $0.name == victim.name }?.phase == .ready
            }
        }
    }

    private func addresses(of name: String, _ machine: Machine) async throws -> [String] {
        let daemon = try await machine.json(DeployTests.DaemonView.self, "daemon", "status")
        let server = try #require(daemon.dns).split(separator: ":")
        let dig = try await Command(
            "/usr/bin/dig", ["+short", "@\(server[0])", "-p", "\(server[1])", "\(name).default.svc.cluster.local"]
        ).run(within: .seconds(10))
        return dig.output.split(separator: "\n").map(String.init)
    }

    @Test("an address whose port a stranger holds is passed over")
    func portInUse() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 1))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            let first = try #require(try await machine.status("hello").replicas.first?.slot)
            try #require(try await machine.beamctl("stop", "hello").code == 0)
            // Where somebody else on this machine holds that port on every address, there is a stranger already.
            let stranger = try? Listener(address: first.address, port: UInt16(first.port))
            defer { stranger?.close() }
            try #require(try await machine.beamctl("restart", "hello").code == 0)
            let addresses = try await machine.status("hello").replicas.map(\.slot.address)
            #expect(addresses.count == 1 && addresses != [first.address])
        }
    }

    @Test("of two deploys at once, the second waits and says for whom")
    func twoDeploys() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 1))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            let first = try machine.start("deploy", project)
            try await Task.sleep(for: .milliseconds(100))
            let second = try await machine.beamctl("deploy", project, "--no-build")
            #expect(try await first.outcome(within: .seconds(60)).code == 0)
            #expect(second.code == 0, "\(second)")
            #expect(second.errors.contains("waiting for"))
            #expect(second.errors.contains("process \(first.pid)"))
            #expect(try await machine.status("hello").revision.number == 3)
        }
    }

    @Test("a project that does not compile shows the compiler's words and deploys nothing")
    func brokenBuild() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 1))
            try Data("defmodule Broken do\n  def x(, do: 1\nend\n".utf8).write(
                to: URL(fileURLWithPath: project + "/lib/broken.ex"))
            let failed = try await machine.beamctl("deploy", project)
            #expect(failed.code == 1)
            #expect(failed.errors.contains("lib/broken.ex:"), "\(failed)")
            #expect(try await machine.beamctl("status", "hello").code == 1)
        }
    }

    @Test(
        "a bad manifest is refused with file, line and what to write",
        arguments: [
            ("app: hello\nreplica: 2\n", "beamctl.yml:2:1", "replicas"), ("app: hello\nreplicas: two\n", "beamctl.yml:2", "two"),
            ("app: hello\nreplicas: 2\n  env: {}\n", "beamctl.yml:3", ""), ("replicas: 2\n", "beamctl.yml", "app"),
            ("app: hello\nidentity: x\n", "beamctl.yml:2:11", "identity"),
        ])
    func badManifest(text: String, place: String, word: String) async throws {
        try await Machine.run { machine in
            let project = machine.home + "/p"
            try FileManager.default.createDirectory(atPath: project, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: project + "/beamctl.yml"))
            let refused = try await machine.beamctl("deploy", project)
            #expect(refused.code == 1)
            #expect(refused.errors.contains(place), "\(refused)")
            #expect(word.isEmpty || refused.errors.contains(word), "\(refused)")
        }
    }

    @Test("another user of the machine finds no cookie in /proc and no file that he can read")
    func strangers() async throws {
        guard getuid() == 0 else { return print("skipped: only root can become another user") }
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(
                to: machine.home + "/work", manifest: ManifestText.hello(replicas: 1))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            let replica = try #require(try await machine.status("hello").replicas.first)
            let cookie = try String(
                contentsOfFile: "\(machine.home)/replicas/default/\(replica.name)/home/.erlang.cookie", encoding: .utf8)
            #expect(cookie.count == 32)
            let told = try await nobody("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; true")
            #expect(!told.contains(cookie))
            let readable = try await nobody("find \(machine.home) -type f -readable 2>/dev/null; true")
            #expect(readable.isEmpty)
        }
    }

    /// What a script prints that another user runs.
    private func nobody(_ script: String) async throws -> String {
        let arguments = ["--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh", "-c", script]
        return try await Command("/usr/bin/setpriv", arguments).run(within: .seconds(20)).output
    }

    @Test("no room for a release: the deploy is refused with that reason, and nothing of the copy is left")
    func noRoomForRelease() async throws {
        try await onSmallDisk(megabytes: 8) { machine, project in
            let refused = try await machine.beamctl("deploy", project, "--no-build")
            #expect(refused.code == 1, "\(refused)")
            #expect(refused.errors.contains("disk is full"), "\(refused)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: machine.home + "/releases").isEmpty)
        }
    }

    @Test("a disk that fills up: what runs goes on, a deploy is refused, and everything can still be ended")
    func fullDisk() async throws {
        try await onSmallDisk(megabytes: 64) { machine, project in
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            try await HelloProject.shell("cat /dev/zero > '\(machine.home)/filler' 2>/dev/null || true")
            let replica = try #require(try await machine.status("hello").replicas.first)
            let answer = try await Command(
                "/usr/bin/curl", ["-sf", "-m", "5", "http://\(replica.slot.address):\(replica.slot.port)/json"]
            ).run(within: .seconds(10))
            #expect(answer.code == 0)
            let refused = try await machine.beamctl("deploy", project, "--no-build", "--timeout", "5")
            #expect(refused.code != 0)
            #expect(refused.errors.contains("disk is full"), "\(refused)")
            #expect(try await machine.beamctl("stop", "--all").code == 0)
            #expect(machine.processNames().isEmpty)
        }
    }

    /// A machine whose home is a disk of its own.
    private func onSmallDisk(megabytes: Int, _ body: (Machine, String) async throws -> Void) async throws {
        guard getuid() == 0 else { return print("skipped: only root can mount a small disk") }
        let folder = NSTemporaryDirectory() + "beamctl-small-disk"
        let project = try await HelloProject.shared.copy(to: folder, manifest: ManifestText.hello(replicas: 1))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await Machine.run { machine in
            try await HelloProject.shell("mount -t tmpfs -o size=\(megabytes)m,mode=700 tmpfs '\(machine.home)'")
            do {
                try await body(machine, project)
            } catch {
                _ = try? await machine.beamctl("stop", "--all")
                try? await HelloProject.shell("umount -l '\(machine.home)'")
                throw error
            }
            _ = try await machine.beamctl("stop", "--all")
            try await HelloProject.shell("umount -l '\(machine.home)'")
        }
    }
}
