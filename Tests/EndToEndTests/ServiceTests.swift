import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("The daemon as a service", .serialized)
struct ServiceTests {
    @Test(
        "the unit is one that systemd takes, whatever the paths hold",
        arguments: ["plain", "with space", "50% \"of\" $HOME\\ it"])
    func unit(_ name: String) async throws {
        try await Machine.run { machine in
            let folder = machine.home + "/" + name
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let home = ["BEAMCTL_HOME": folder]
            for words in [["service", "print"], ["service", "print", "--system"]] {
                let printed = try await machine.beamctl(words, environment: home)
                try #require(printed.code == 0, "\(printed)")
                #expect(printed.output.contains("KillMode=process\n") && printed.output.contains("daemon run --wait\n"))
                #expect(printed.output.contains("User=") == words.contains("--system"))
                let file = machine.home + "/beamctl.service"
                try Data(printed.output.utf8).write(to: URL(fileURLWithPath: file))
                let verified = try await Command(
                    "/usr/bin/env", ["systemd-analyze", "verify", file], environment: machine.environment
                )
                .run(within: .seconds(20))
                #expect(verified.code == 0, "\(verified)")
                let said = verified.errors.split(separator: "\n").filter { $0.contains("beamctl.service") }
                #expect(said.isEmpty, "\(verified)")
            }
        }
    }

    @Test("what would keep it from starting is refused before anything is written")
    func refusals() async throws {
        try await Machine.run { machine in
            let told = try await machine.beamctl(
                "service", "print", environment: ["DOCKER_HOST": "unix:///run/user/1000/docker.sock"])
            #expect(told.output.contains("DOCKER_HOST=unix:///run/user/1000/docker.sock"), "\(told)")
            let wrong = try await machine.beamctl("service", "print", environment: ["BEAMCTL_ENTRANCE": "nowhere"])
            #expect(wrong.code == 1 && wrong.errors.contains("BEAMCTL_ENTRANCE"))
            #expect(try await machine.beamctl("service", "print", "--user", "ann").code == 64)
            #expect(try await machine.beamctl("service", "print", "--system", "--user", "no-such-user").code == 64)
            // No manager answers here.
            let away = [
                "XDG_CONFIG_HOME": machine.home + "/config", "XDG_RUNTIME_DIR": machine.home,
                "DBUS_SESSION_BUS_ADDRESS": "unix:path=/x",
            ]
            let install = try await machine.beamctl("service", "install", environment: away)
            #expect(install.code == 1 && install.errors.contains("systemctl"), "\(install)")
            #expect(!FileManager.default.fileExists(atPath: machine.home + "/config/systemd"))
            #expect(try await machine.beamctl("service", "uninstall", environment: away).code == 1)
        }
    }

    @Test("a daemon that waits takes over when the one that runs is killed, and replicas notice nothing")
    func takesOver() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 1))
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            let beams = machine.processes(named: "beam.smp")
            let waiting = try machine.start("daemon", "run", "--wait")
            try await Task.sleep(for: .milliseconds(400))
            let first = try #require(machine.daemonPID)
            #expect(first != waiting.pid)
            kill(first, SIGKILL)
            try await machine.until("it is the daemon") { machine.daemonPID == waiting.pid }
            try await machine.until("it answers") {
                try await machine.beamctl("status", "hello").output.contains("1/1 ready")
            }
            #expect(machine.processes(named: "beam.smp") == beams)
            #expect(machine.daemonPID == waiting.pid)
        }
    }
}
