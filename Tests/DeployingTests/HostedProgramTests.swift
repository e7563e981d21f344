import FleetModel
import Testing

@testable import Deploying

@Suite("a program that a keeper runs")
struct HostedProgramTests {
    @Test("it goes through the keeper's input, and none of it through arguments or an environment")
    func call() throws {
        var program = ProgramCall(
            executable: "/r/bin/hello", arguments: ["eval", "a b\n"], environment: ["B": "2=2", "A": ""], directory: "/tmp")
        program.temporaryFolder = "/tmp/t"
        let call = try HostedProgram.call(program, by: "/opt/beamctl-keeper")
        #expect(call.executable == "/opt/beamctl-keeper" && call.arguments == ["--program"] && call.environment.isEmpty)
        let tokens = [
            "executable=/r/bin/hello", "directory=/tmp", "argument=eval", "argument=a b\n", "environment=A=", "environment=B=2=2",
            "temporary-folder=/tmp/t",
        ]
        #expect(call.standardInput == tokens.map { $0 + "\0" }.joined() + "\0")
    }

    @Test("what no program can be given is refused by its name, and not cut short")
    func refused() {
        let program = ProgramCall(executable: "/r/bin/hello", arguments: [], environment: ["TOKEN": "s3c\0ret"], directory: "/")
        let error = #expect(throws: BuildError.self) { try HostedProgram.call(program, by: "/k") }
        #expect(error?.reason == "a NUL byte stands in its environment TOKEN, which no program can be given")
    }
}
