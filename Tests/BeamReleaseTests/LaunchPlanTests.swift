import Testing

@testable import BeamRelease

@Suite("Planning the start of a replica")
struct LaunchPlanTests {
    @Test("a mix release is started by its own script, with vm.args of the replica's own")
    func mix() throws {
        let plan = try LaunchPlan(.sample(files: ReleaseFiles(vmArguments: "+P 300000\n## mine\n")))
        #expect(plan.executable == "/releases/abc/bin/hello" && plan.arguments == ["start"])
        #expect(plan.directory == "/replicas/hello-web-1")
        #expect(
            plan.contents("config/vm.args") == """
                ## Written by beamctl for hello-web-1.
                ## Schedulers that wait sleep, and the port table does not follow an unlimited number of open files: the machine is
                ## shared. The release's own flags come later and win.
                +sbwt none
                +sbwtdcpu none
                +sbwtdio none
                +Q 65536
                ## The release's own.
                +P 300000
                ## mine
                ## A cluster without EPMD: one port for all, an address for each.
                -start_epmd false
                -erl_epmd_port 4370
                -kernel inet_dist_use_interface {127,93,0,11}
                ## With the one that the start script gives, two: then the VM reads .erlang.cookie instead.
                -setcookie not-the-cookie
                ## Connects the nodes that DNS lists.
                -eval 'case os:getenv("BEAMCTL_PEER_AGENT") of false -> ok; Agent -> file:eval(Agent) end.'

                """)
        #expect(
            plan.contents("config/remote.vm.args") == """
                ## Written by beamctl for hello-web-1.
                ## The release's own.
                ## Reaches nodes as they reach each other, and listens nowhere itself.
                -start_epmd false
                -erl_epmd_port 4370
                -dist_listen false
                -setcookie not-the-cookie

                """)
    }

    @Test("the inetrc has its lines in the order that works")
    func inetrc() throws {
        #expect(
            try LaunchPlan(.sample()).contents("config/inetrc") == """
                {resolv_conf, ""}.
                {lookup, [file, dns, native]}.
                {search, ["default.svc.cluster.local", "svc.cluster.local"]}.
                {nameserver, {127,93,0,1}, 21053}.

                """)
    }

    @Test("the environment is built from nothing, and complete")
    func environment() throws {
        let directory = "/replicas/hello-web-1"
        #expect(
            try LaunchPlan(.sample()).environment == [
                "LANG": "C.UTF-8", "HOME": "\(directory)/home", "PATH": LaunchEnvironment.plainPath, "PORT": "20001",
                "TMPDIR": "\(directory)/tmp", "RELEASE_TMP": "\(directory)/tmp", "RELEASE_NODE": "hello@127.93.0.11",
                "RELEASE_DISTRIBUTION": "name", "RELEASE_VM_ARGS": "\(directory)/config/vm.args",
                "RELEASE_REMOTE_VM_ARGS": "\(directory)/config/remote.vm.args", "RELEASE_COOKIE": "not-the-cookie",
                "ERL_INETRC": "\(directory)/config/inetrc", "ERL_EPMD_PORT": "1", "ERL_CRASH_DUMP": "\(directory)/erl_crash.dump",
                "ERL_CRASH_DUMP_BYTES": "67108864",
                "DNS_CLUSTER_QUERY": "hello-peers.default.svc.cluster.local", "BEAMCTL_ENV_FILE": "\(directory)/config/env",
                "BEAMCTL_REPLICA": "hello-web-1", "BEAMCTL_PEERS": "hello-peers.default.svc.cluster.local",
                "BEAMCTL_PEER_AGENT": "\(directory)/config/peer_agent.erl",
            ])
    }

    @Test("the user's environment comes on top, but for what the platform alone sets")
    func userEnvironment() throws {
        var request = LaunchRequest.sample()
        request.environment = [
            "GREETING": "hi", "LANG": "de_DE.UTF-8", "PORT": "1", "RELEASE_NODE": "x@y", "HOME": "/elsewhere",
            "BEAMCTL_PEERS": "x",
            "DNS_CLUSTER_QUERY": "mine", "ERL_AFLAGS": "+S 2",
        ]
        let environment = try LaunchPlan(request).environment
        #expect(environment["GREETING"] == "hi" && environment["LANG"] == "de_DE.UTF-8" && environment["ERL_AFLAGS"] == "+S 2")
        #expect(environment["PORT"] == "20001" && environment["RELEASE_NODE"] == "hello@127.93.0.11")
        #expect(environment["HOME"] == "/replicas/hello-web-1/home" && environment["DNS_CLUSTER_QUERY"] == "mine")
        #expect(environment["BEAMCTL_PEERS"] == "hello-peers.default.svc.cluster.local")
    }

    @Test("the cookie is in one file of mode 0400 and nowhere else", arguments: Release.Tool.allCases)
    func cookie(tool: Release.Tool) throws {
        let request = LaunchRequest.sample(tool)
        let plan = try LaunchPlan(request)
        #expect(plan.contents("home/.erlang.cookie") == "S3CRET" && plan.mode("home/.erlang.cookie") == 0o400)
        for file in plan.files where file.path != "home/.erlang.cookie" {
            #expect(!file.contents.contains("S3CRET"), "\(file.path)")
            #expect(file.mode == 0o600)
        }
        for wish in [OneOffCommand.Request.eval("1"), .rpc("1"), .remote(terminal: "xterm")] {
            let command = try LaunchPlan.oneOff(wish, in: request)
            let shown = command.arguments + command.environment.values + [command.executable, command.standardInput ?? ""]
            #expect(!shown.contains { $0.contains("S3CRET") })
        }
        #expect(!(plan.arguments + plan.environment.values).contains { $0.contains("S3CRET") })
    }

    @Test("flags of the release that would break the cluster are left out, and that is said")
    func conflictingFlags() throws {
        let own = """
            -name shop@10.0.0.1 -setcookie plain +K true
            +A 16 # threads
              -proto_dist inet6_tcp
            -kernel inet_dist_listen_min 9100 inet_dist_listen_max 9199
            -kernel logger_level info
            -env SOME "-name x"
            -proto_dist inet_tls
            """
        let text = try #require(LaunchPlan(.sample(files: ReleaseFiles(vmArguments: own))).contents("config/vm.args"))
        #expect(
            text.contains(
                """
                ## The release's own.
                +K true ## left out by beamctl: -name shop@10.0.0.1 -setcookie plain +K true
                +A 16 # threads
                ## left out by beamctl:   -proto_dist inet6_tcp
                ## left out by beamctl: -kernel inet_dist_listen_min 9100 inet_dist_listen_max 9199
                -kernel logger_level info
                -env SOME "-name x"
                -proto_dist inet_tls
                ## A cluster
                """), "\(text)")
    }

    @Test("without discovery no distribution is set up, the release's own flags stay, and rpc and remote are refused")
    func alone() throws {
        var request = LaunchRequest.sample(files: ReleaseFiles(vmArguments: "-setcookie own\n"))
        request.discovery = .none
        let plan = try LaunchPlan(request)
        #expect(plan.environment["RELEASE_DISTRIBUTION"] == "none")
        #expect(plan.environment["DNS_CLUSTER_QUERY"] == nil && plan.environment["BEAMCTL_PEERS"] == nil)
        let arguments = try #require(plan.contents("config/vm.args"))
        #expect(arguments.contains("-setcookie own") && !arguments.contains("-erl_epmd_port") && !arguments.contains("-eval"))
        #expect(plan.contents("home/.erlang.cookie") == nil && plan.contents("config/peer_agent.erl") == nil)
        #expect(try LaunchPlan.oneOff(.eval("1"), in: request).arguments == ["eval", "1"])
        for wish in [OneOffCommand.Request.rpc("1"), .remote(terminal: nil)] {
            let error = #expect(throws: ReleaseError.self) { try LaunchPlan.oneOff(wish, in: request) }
            #expect(error?.code == .noDistribution)
            #expect(error?.reason.contains("cluster.discovery is none") == true)
        }
    }

    @Test("who sets up distribution on his own gets the release's own cookie, not the decoy")
    func ownDistribution() throws {
        var request = LaunchRequest.sample()
        request.discovery = .none
        #expect(try LaunchPlan(request).environment["RELEASE_COOKIE"] == "not-the-cookie")
        request.environment = ["RELEASE_DISTRIBUTION": "sname", "RELEASE_NODE": "own"]
        let environment = try LaunchPlan(request).environment
        #expect(environment["RELEASE_DISTRIBUTION"] == "sname" && environment["RELEASE_NODE"] == "own")
        #expect(environment["RELEASE_COOKIE"] == nil)
    }

    @Test("an app that finds its peers itself gets the names and no agent")
    func appDiscovery() throws {
        var request = LaunchRequest.sample()
        request.discovery = .app
        let plan = try LaunchPlan(request)
        #expect(plan.environment["DNS_CLUSTER_QUERY"] == "hello-peers.default.svc.cluster.local")
        #expect(plan.contents("config/peer_agent.erl") == nil && plan.environment["BEAMCTL_PEER_AGENT"] == nil)
        #expect(plan.contents("config/vm.args")?.contains("-eval") == false)
        #expect(plan.contents("config/vm.args")?.contains("-erl_epmd_port 4370") == true)
    }

    @Test("relx gets its name in vm.args, its files through its own variables, and no second cookie")
    func relx() throws {
        let plan = try LaunchPlan(.sample(.rebar3, files: ReleaseFiles(vmArguments: "-sname hello\n+K true\n")))
        #expect(plan.arguments == ["foreground"])
        #expect(plan.environment["VMARGS_PATH"] == "/replicas/hello-web-1/config/vm.args")
        #expect(plan.environment["RELX_OUT_FILE_PATH"] == "/replicas/hello-web-1/config")
        let lines = plan.contents("config/vm.args")?.split(separator: "\n").map(String.init) ?? []
        #expect(
            lines.contains("-name hello@127.93.0.11") && !lines.contains { $0.hasPrefix("-sname") || $0.hasPrefix("-setcookie") })
    }

    @Test("a vm.args.src stays one where relx is to fill it in")
    func relxSource() throws {
        var request = LaunchRequest.sample(.rebar3, files: ReleaseFiles(vmArguments: "+P ${P}\n", isVMArgumentsSource: true))
        request.rendering = .native
        let plan = try LaunchPlan(request)
        #expect(plan.contents("config/vm.args.src")?.contains("+P ${P}") == true && plan.contents("config/vm.args") == nil)
        #expect(plan.environment["VMARGS_PATH"] == "/replicas/hello-web-1/config/vm.args")
    }

    @Test("the host's erl comes first in PATH where the release has none")
    func hostErlang() throws {
        var request = LaunchRequest.sample()
        request.hostErlang = "/opt/otp/bin"
        #expect(try LaunchPlan(request).environment["PATH"] == "/opt/otp/bin:" + LaunchEnvironment.plainPath)
    }

    @Test("what no node could be started with is refused")
    func refused() {
        func refuses(_ change: (inout LaunchRequest) -> Void) -> Bool {
            var request = LaunchRequest.sample()
            change(&request)
            do throws(ReleaseError) {
                _ = try LaunchPlan(request)
                return false
            } catch {
                return error.code == .badLaunch
            }
        }
        #expect(refuses { $0.address = "127.93.0" } && refuses { $0.address = "::1" } && refuses { $0.address = "1.2.3.256" })
        #expect(refuses { $0.node = "hello" } && refuses { $0.node = "a b@c" } && refuses { $0.cookie = "a b" })
        #expect(refuses { $0.cookie = "" } && refuses { $0.directory = "relative" } && refuses { $0.peers = "a\"b" })
        #expect(refuses { $0.environment = ["A B": ""] } && refuses { $0.environment = ["A": "\0"] })
        #expect(!refuses { $0.environment = ["A_1": "any\ntext 'at' all"] })
    }
}
