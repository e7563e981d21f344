import Testing

@testable import BeamRelease

@Suite("The environment file")
struct EnvironmentFileTests {
    /// What a shell knows after it has sourced what Fly's generator writes, then the replica's file.
    private func sourced(_ request: LaunchRequest, project: String, command: String = "start") throws -> [String: String] {
        let scratch = try Scratch()
        let plan = try LaunchPlan(request)
        try scratch.file("project", project)
        try scratch.file("env", plan.contents("config/env") ?? "")
        let script = "set -eu; . \(scratch.path)/project; . \(scratch.path)/env; env -0"
        var environment = plan.environment
        environment["RELEASE_COMMAND"] = command
        let answer = try Shell.run("/bin/sh", ["-c", script], environment: environment)
        try #require(answer.status == 0, "\(answer.errors)")
        var known: [String: String] = [:]
        for entry in answer.output.split(separator: "\0") {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            known[String(parts[0])] = String(parts[1])
        }
        return known
    }

    private let fly = """
        export ERL_AFLAGS="-proto_dist inet6_tcp"
        export ECTO_IPV6="true"
        export DNS_CLUSTER_QUERY="app.internal"
        export RELEASE_DISTRIBUTION="name"
        export RELEASE_NODE="app@$(echo fdaa::1)"
        export PATH="/app/extra:$PATH"
        """

    @Test("it wins over what the project's env.sh exports, which may extend the rest")
    func wins() throws {
        let known = try sourced(.sample(), project: fly)
        #expect(known["RELEASE_NODE"] == "hello@127.93.0.11")
        #expect(known["DNS_CLUSTER_QUERY"] == "hello-peers.default.svc.cluster.local")
        #expect(known["ERL_AFLAGS"] == "" && known["ECTO_IPV6"] == "true")
        #expect(known["PATH"]?.hasPrefix("/app/extra:") == true)
    }

    @Test("of ERL_AFLAGS only the protocol goes, and the user's own stays as it is")
    func flags() throws {
        let project = "export ERL_AFLAGS='+P 300000 -proto_dist inet6_tcp +K true'"
        #expect(try sourced(.sample(), project: project)["ERL_AFLAGS"] == "+P 300000  +K true")
        var request = LaunchRequest.sample()
        request.environment["ERL_AFLAGS"] = "-proto_dist own"
        #expect(try sourced(request, project: project)["ERL_AFLAGS"] == "-proto_dist own")
    }

    @Test("any value comes through a shell unharmed")
    func quoting() throws {
        var request = LaunchRequest.sample()
        request.environment = [
            "QUOTES": #"it's "quoted" \ $HOME `id` $(id) & ; # *"#, "LINES": "one\ntwo\n\n three ", "TEXT": "Grüße 🎉",
            "EMPTY": "",
            "LONG": String(repeating: "x'", count: 20_000),
        ]
        let known = try sourced(request, project: "export QUOTES=project")
        for (name, value) in request.environment { #expect(known[name] == value, "\(name)") }
    }

    @Test(
        "rpc and remote get the arguments that listen nowhere, in old scripts too", arguments: ["rpc", "remote", "start", "eval"])
    func oldScripts(command: String) throws {
        let arguments = try sourced(.sample(), project: "", command: command)["RELEASE_VM_ARGS"]
        let isRemote = command == "rpc" || command == "remote"
        #expect(arguments == "/replicas/hello-web-1/config/\(isRemote ? "remote." : "")vm.args")
    }

    @Test("the planned files are written whole, with their permissions, also over older ones")
    func writing() throws {
        let scratch = try Scratch()
        var request = LaunchRequest.sample()
        request.directory = scratch.path + "/replica"
        try LaunchPlan(request).write()
        request.cookie = "OTHER"
        try LaunchPlan(request).write()
        #expect(try scratch.text("replica/home/.erlang.cookie") == "OTHER")
        #expect(scratch.mode("replica/home/.erlang.cookie") == 0o400 && scratch.mode("replica/config/env") == 0o600)
        #expect(scratch.mode("replica") == 0o700 && scratch.mode("replica/home") == 0o700)
        #expect(scratch.names("replica/config") == ["env", "inetrc", "peer_agent.erl", "remote.vm.args", "vm.args"])
    }
}
