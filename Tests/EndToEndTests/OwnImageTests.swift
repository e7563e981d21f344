import Foundation
import TestSupport
import Testing

@Suite("beamctl's own image")
struct OwnImageTests {
    @Test("a container of it runs beamctl with what it is linked against, as nobody, on a root that cannot be written to")
    func runs() async throws {
        let base = try await DockerTestbed.engine().base
        try await Machine.run { machine in
            let name = "beamctl-tests/own:\(UInt32.random(in: 0...UInt32.max))"
            let archive = machine.home + "/own.tar"
            let made = try await OwnImage.make(on: base, as: name, to: archive, on: machine, with: ["beamctl", "beamctl-keeper"])
            try #require(made.code == 0 && made.output.hasPrefix(name + "@sha256:"), "\(made)")
            try await DockerTestbed.run("load", "--input", archive)
            let version = try await DockerTestbed.docker("run", "--rm", "--read-only", "--cap-drop", "ALL", name, "--version")
            let who = try await DockerTestbed.docker(
                "run", "--rm", "--read-only", "--entrypoint", "sh", name, "-c", "id -u; ls /usr/local/bin")
            _ = try await DockerTestbed.docker("rmi", name)
            let own = try await machine.beamctl("--version")
            #expect(version.code == 0 && version.output == own.output, "\(version)")
            #expect(who.output == "65534\nbeamctl\nbeamctl-keeper\n", "\(who)")
        }
    }
}
