import BeamRelease
import Foundation
import Testing

@Suite("A VM that joins a cluster through forwarders")
struct AttachTests {
    /// A node that listens on every address of both families, in the place of a forwarder that leads to one.
    @Test(
        "it finds nodes by their ports alone, whatever they are named by",
        arguments: [("127.0.0.1", "inet_tcp", 21_981), ("::1", "inet6_tcp", 21_982)])
    func joins(host: String, protocolName: String, port: Int) throws {
        let scratch = try Scratch()
        let plan = ForwardedAttachPlan(
            app: "hello", directory: "\(scratch.path)/attach", cookie: "crumbs", ports: ["hello@\(host)": port])
        try plan.write()
        let seen = """
            Wait = fun Wait(0) -> ok; Wait(N) -> nodes(hidden) =/= [] orelse (timer:sleep(100) =:= ok andalso Wait(N - 1)) end,
            Wait(200), io:format("~p", [[rpc:call(N, erlang, node, []) || N <- nodes(hidden)]]), halt().
            """
        try scratch.file("seen", seen)
        let script = """
            erl -noinput -proto_dist \(protocolName) -name hello@\(host) -start_epmd false -erl_epmd_port \(port) \
                -setcookie crumbs >/dev/null &
            erl -args_file "$1" -noshell -eval "$(cat seen)"
            kill $!
            """
        let ran = try Shell.run(
            "/bin/sh", ["-c", script, "sh", plan.argumentsFile],
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": scratch.path], directory: scratch.path)
        let quoted = "'hello@\(host)'"
        #expect(ran.output == "[\(quoted)]", "\(ran)")
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/.erlang.cookie"))
    }
}
