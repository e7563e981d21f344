import FleetModel
import Foundation
import Testing

@Suite("beamctl eval has a BEAM of its own, whatever tool has built the release", .serialized)
struct EvaluationTests {
    private static let question =
        "{node(), proplists:get_value(greeting, hello_relx_settings:all()), os:getenv(\"ONLY\"), "
        + "lists:keymember(hello_relx, 1, application:which_applications())}"

    @Test("relx: the app's code, configuration and environment; nothing started; also when no replica runs")
    func relx() async throws {
        try await Machine.run { machine in
            let manifest = SampleManifest.relx(
                ["ONLY": "here"], more: "release_command: eval \"file:write_file(os:getenv(\\\"MARK\\\"), <<\\\"ran\\\">>)\"")
            var marked = manifest
            marked.env["MARK"] = machine.home + "/mark"
            let project = try await SampleProject.relx.copy(to: machine.home, manifest: marked.text)
            try await machine.deploy(project)
            #expect(try String(contentsOfFile: machine.home + "/mark", encoding: .utf8) == "ran")

            let before = try await machine.untouched("hello-relx")
            for isStopped in [false, true] {
                if isStopped { try #require(try await machine.beamctl("stop", "hello-relx").code == 0) }
                let asked = try await machine.beamctl("eval", "hello-relx", Self.question)
                #expect(asked.output == "{nonode@nohost,<<\"Hello\">>,\"here\",false}\n", "\(asked)")
                let failed = try await machine.beamctl("eval", "hello-relx", "error(boom)")
                #expect(failed.code == 1 && failed.errors.contains("error: boom") && failed.output.isEmpty, "\(failed)")
            }
            #expect(before.replicas.count == 1)
        }
    }
}
