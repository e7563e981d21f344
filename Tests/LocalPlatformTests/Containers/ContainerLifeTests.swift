import FleetModel
import Foundation
import Testing

@testable import DockerClient
@testable import LocalPlatform

@Suite("What the Engine says of a container")
struct ContainerLifeTests {
    private func state(_ exitCode: Int32) throws -> ContainerFacts.State {
        let text = """
            {"Status": "exited", "Running": false, "Pid": 0, "ExitCode": \(exitCode), "OOMKilled": false, "Error": "",
             "FinishedAt": "2026-11-26T19:00:10.2Z"}
            """
        return try JSONDecoder().decode(ContainerFacts.State.self, from: Data(text.utf8))
    }

    @Test(
        "an exit code above 128 is a signal, as a shell has it",
        arguments: [(0, "exit code 0"), (1, "exit code 1"), (137, "signal 9"), (200, "exit code 200")])
    func exits(code: Int32, summary: String) throws {
        let exit = ContainerLife.exit(try state(code))
        #expect(exit.summary == summary)
        #expect(exit.at == Timestamp(milliseconds: 1_795_719_610_200))
    }

    @Test("whom an image runs as is read from numbers, and a name is none")
    func users() {
        #expect(ContainerFiles.User("65534:65534") == ContainerFiles.User("65534:65534"))
        #expect(ContainerFiles.User("1000")?.group == 0)
        #expect(ContainerFiles.User("")?.id == 0)
        #expect(ContainerFiles.User("app") == nil && ContainerFiles.User("1:2:3") == nil)
    }

    @Test("two homes have two names for everything in one Engine, and an interface's name is short enough")
    func names() throws {
        let (one, other) = (ContainerNames(home: try Home(path: "/tmp/a")), ContainerNames(home: try Home(path: "/tmp/b")))
        #expect(one.network != other.network && one.interface != other.interface)
        #expect(one.interface.utf8.count <= 15)
    }
}
