import BeamRelease
import Foundation
import Testing

@Suite("The peer agent's text")
struct PeerAgentTests {
    @Test("what the binary carries is templates/peer_agent.erl; if not, run scripts/embed-templates")
    func embedded() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let template = try String(contentsOf: root.appending(path: "templates/peer_agent.erl"), encoding: .utf8)
        #expect(PeerAgent.text == template)
    }

    @Test(
        "it does nothing in a node without distribution, nor in commands beside the replica",
        arguments: ["", "eval", "rpc", "remote"])
    func inert(command: String) throws {
        let scratch = try Scratch()
        try scratch.file("agent", PeerAgent.text)
        let expression = #"ok = file:eval("agent"), io:format("~p", [whereis(beamctl_peer_agent)]), halt()."#
        var arguments = ["erl", "-noshell", "-eval", expression]
        if !command.isEmpty {
            arguments += ["-name", "inert@127.93.9.9", "-start_epmd", "false", "-erl_epmd_port", "4370", "-dist_listen", "false"]
        }
        let answer = try Shell.run(
            "/usr/bin/env", arguments,
            environment: [
                "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": scratch.path, "BEAMCTL_PEERS": "x.test",
                "RELEASE_COMMAND": command,
                "ERL_EPMD_PORT": "1",
            ], directory: scratch.path)
        #expect(answer.output == "undefined", "\(answer.errors)")
    }

    @Test("a node that nobody tells an address says so, once, with the reason")
    func silence() throws {
        let scratch = try Scratch()
        try scratch.file("agent", PeerAgent.text)
        // Nothing listens there.
        try scratch.file("inetrc", "{lookup, [dns]}.\n{nameserver, {127,93,9,9}, 1}.\n{timeout, 200}.\n{retry, 1}.\n")
        let arguments = [
            "erl", "-noshell", "-name", "alone@127.93.9.9", "-start_epmd", "false", "-erl_epmd_port", "4370", "-dist_listen",
            "false", "-kernel", "inetrc", #""inetrc""#, "-eval",
            #"ok = file:eval("agent"), timer:sleep(12000), io:format("~p", [is_pid(whereis(beamctl_peer_agent))]), halt()."#,
        ]
        let answer = try Shell.run(
            "/usr/bin/env", arguments,
            environment: [
                "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": scratch.path, "BEAMCTL_PEERS": "hello-peers.test",
                "RELEASE_COMMAND": "start", "ERL_EPMD_PORT": "1",
            ], directory: scratch.path)
        let told = answer.output.split(separator: "\n").filter { $0.contains("this node finds no other") }
        #expect(told.count == 1 && told[0].contains("the addresses of hello-peers.test: "), "\(answer)")
        #expect(answer.output.hasSuffix("true"))
    }
}
