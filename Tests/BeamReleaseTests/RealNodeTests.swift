import ErlangPeers
import Foundation
import Glibc
import Testing

@testable import BeamRelease

/// Real nodes of the sample app on loopback addresses; one test at a time, since they share the machine's ports.
@Suite("Real nodes", .serialized)
struct RealNodeTests {
    @Test("three replicas mesh without EPMD, show no cookie, and rpc and eval run beside them")
    func mesh() throws {
        let cluster = try Cluster(network: "127.93.1", dnsPort: 21101)
        try cluster.startDNS([11, 12, 13])
        for number in [11, 12, 13] { try cluster.start(number) { $0.environment = ["GREETING": "it's \"me\"\n& Grüße"] } }
        try #require(cluster.isMeshed([11, 12, 13]), "\(cluster.log(11))\(cluster.log(12))\(cluster.log(13))")
        #expect(cluster.facts(12)?.greeting == "it's \"me\"\n& Grüße")
        let rpc = try cluster.oneOff(.rpc("IO.puts(length(Node.list()))"), 11)
        #expect(rpc.output == "2\n", "\(rpc.errors)")
        try evalIsInert(cluster)
        try noCookieInSight(cluster, [11, 12, 13])
        try nothingElseListens(cluster)
    }

    /// It runs in the replica's environment, while the replica runs, and joins nothing.
    private func evalIsInert(_ cluster: Cluster) throws {
        let expression =
            ##"IO.puts("#{Node.alive?()} #{inspect(Process.whereis(:beamctl_peer_agent))} #{System.get_env("PORT")}")"##
        let eval = try cluster.oneOff(.eval(expression), 12)
        #expect(eval.output == "false nil 21012\n", "\(eval.errors)")
        #expect(cluster.isMeshed([11, 12, 13]))
    }

    private func noCookieInSight(_ cluster: Cluster, _ numbers: [Int]) throws {
        for number in numbers {
            for file in ["cmdline", "environ"] {
                let bytes = try Data(contentsOf: URL(filePath: "/proc/\(cluster.processID(number))/\(file)"))
                #expect(bytes.count > 100)
                #expect(!String(decoding: bytes, as: UTF8.self).contains("TheRealCookie"), "\(file) of \(number)")
            }
        }
        let cookie = try cluster.oneOff(.rpc("IO.write(Node.get_cookie())"), 11)
        #expect(cookie.output == "TheRealCookie")
    }

    /// Distribution on the replica's own address alone, and its HTTP port.
    private func nothingElseListens(_ cluster: Cluster) throws {
        let answer = try Shell.run("/usr/bin/ss", ["-Hltnp"])
        let lines = answer.output.split(separator: "\n").filter { $0.contains("pid=\(cluster.processID(11)),") }
        let places = lines.compactMap { $0.split(separator: " ").dropFirst(3).first.map(String.init) }
        #expect(Set(places) == ["127.93.1.11:4370", "0.0.0.0:21011"])
    }

    @Test("a replica that dies is found again when it is back, hits are not lost, and a dead DNS parts nobody")
    func recovery() throws {
        let cluster = try Cluster(network: "127.93.2", dnsPort: 21102)
        try cluster.startDNS([11, 12])
        for number in [11, 12] { try cluster.start(number) }
        try #require(cluster.isMeshed([11, 12]), "\(cluster.log(11))\(cluster.log(12))")
        try Shell.run("/usr/bin/curl", ["-s", "http://127.93.2.12:21012/", "http://127.93.2.12:21012/"])
        cluster.stopDNS()
        cluster.kill(12)
        #expect(Shell.eventually(within: 10) { cluster.facts(11)?.peers == [] })
        #expect(cluster.facts(11)?.hits == 2)
        try cluster.startDNS([11, 12])
        try cluster.start(12)
        #expect(cluster.isMeshed([11, 12]), "\(cluster.log(12))")
        #expect(Shell.eventually(within: 5) { cluster.facts(12)?.hits == 2 })
        cluster.stopDNS()
        let agent = try cluster.oneOff(
            .rpc("send(:beamctl_peer_agent, {:nodedown, :x}); Process.sleep(300); IO.write(inspect(Node.list()))"), 11)
        #expect(agent.output == #"[:"hello@127.93.2.12"]"#, "\(agent.errors)")
    }

    @Test("nodes that keep their numbers find each other by the names that the service's SRV records give them")
    func ordinals() throws {
        let cluster = try Cluster(network: "127.93.9", dnsPort: 21109)
        try cluster.startDNS([11, 12], ordinals: true)
        for number in [11, 12] { try cluster.start(number) { $0.node = "hello@" + cluster.ordinal(number) } }
        let isMeshed = Shell.eventually(within: 20) {
            cluster.facts(11)?.peers == ["hello@" + cluster.ordinal(12)]
                && cluster.facts(12)?.peers == ["hello@" + cluster.ordinal(11)]
        }
        #expect(isMeshed, "\(cluster.log(11))\(cluster.log(12))")
    }

    @Test("a release whose env.sh is Fly's starts and meshes all the same")
    func flyEnvironment() throws {
        let cluster = try Cluster(network: "127.93.3", dnsPort: 21103)
        let script = "hello/_build/prod/rel/hello/releases/0.1.0/env.sh"
        try cluster.scratch.file(
            script,
            """
            #!/bin/sh
            export ERL_AFLAGS="-proto_dist inet6_tcp"
            export ECTO_IPV6="true"
            export DNS_CLUSTER_QUERY="${FLY_APP_NAME}.internal"
            export RELEASE_DISTRIBUTION="name"
            export RELEASE_NODE="${FLY_APP_NAME}-${FLY_IMAGE_REF##*-}@${FLY_PRIVATE_IP}"
            """, mode: 0o755)
        let copy = try ReleaseCopy.install(cluster.release, into: cluster.scratch.path + "/releases")
        try cluster.startDNS([11, 12])
        for number in [11, 12] { try cluster.start(number) { $0.root = copy.path } }
        #expect(cluster.isMeshed([11, 12]), "\(cluster.log(11))")
    }

    @Test("a release without ERTS runs on the host's erl")
    func hostERTS() throws {
        let cluster = try Cluster(network: "127.93.8", dnsPort: 21108, includesERTS: false)
        #expect(!cluster.release.includesERTS)
        let erl = try Shell.run("/bin/sh", ["-c", "dirname \"$(command -v erl)\""]).output
        try cluster.start(11) { $0.hostErlang = String(erl.dropLast()) }
        #expect(cluster.isMeshed([11]), "\(cluster.log(11))")
    }

    @Test("two replicas of a rebar3 release mesh, and answer expressions without a cookie in any argument")
    func relx() throws {
        let cluster = try Cluster(relxOn: "127.93.5", dnsPort: 21105)
        #expect(cluster.release.tool == .rebar3)
        try cluster.startDNS([11, 12])
        for number in [11, 12] { try cluster.start(number) }
        let isMeshed = try Shell.eventually(within: 20) {
            try cluster.oneOff(.rpc("nodes()"), 11).output == "{ok, ['hello@127.93.5.12']}"
        }
        let last = try cluster.oneOff(.rpc("nodes()"), 11)
        #expect(isMeshed, "\(cluster.log(11))\(last)")
        let eval = try cluster.oneOff(
            .eval(#"io:format("~p~n", [{node(), application:get_key(hello, vsn), whereis(sasl_sup)}]), "\x{e9}"."#), 12)
        // A VM of its own, in which the applications are loaded and not started; its value is printed.
        #expect(eval.output == "{nonode@nohost,{ok,\"0.1.0\"},undefined}\n\"é\"\n" && eval.status == 0, "\(eval)")
        for (expression, word) in [("error(boom)", "error: boom"), ("1 +", "syntax error"), ("[", "syntax error")] {
            let failed = try cluster.oneOff(.eval(expression), 12)
            #expect(failed.status == 1 && failed.output.isEmpty && failed.errors.contains(word), "\(failed)")
        }
        let command = try String(contentsOfFile: "/proc/\(cluster.processID(11))/cmdline", encoding: .utf8)
        #expect(command.contains("262144") && !command.contains("plain") && !command.contains("TheRealCookie"))
    }

    @Test("a remote shell reaches a replica, of either tool", arguments: [false, true])
    func remote(isRelx: Bool) throws {
        let cluster =
            try isRelx ? Cluster(relxOn: "127.93.6", dnsPort: 21106) : Cluster(network: "127.93.7", dnsPort: 21107)
        try cluster.start(11)
        let isUp = try Shell.eventually(within: 20) { try cluster.oneOff(.rpc("1"), 11).status == 0 }
        try #require(isUp, "\(cluster.log(11))")
        let command = try LaunchPlan.oneOff(.remote(terminal: "xterm"), in: cluster.request(11))
        // script(1) lends it a terminal. What is typed is shown, and so is the answer; ^C and a leave the shell.
        let words = ([command.executable] + command.arguments).map(ShellWord.quoted).joined(separator: " ")
        let question =
            isRelx ? #"lists:reverse("wonk-eno") ++ atom_to_list(node())."# : #""one-know" <> to_string(node())"#
        let typing = "(sleep 2; echo '\(question)'; sleep 1; printf '\\003'; sleep 0.3; echo a; sleep 0.3)"
        let session = try Shell.run(
            "/bin/sh", ["-c", "\(typing) | timeout -k 1 15 script -qec \(ShellWord.quoted(words)) /dev/null"],
            environment: command.environment, directory: command.directory)
        #expect(session.output.contains(isRelx ? "one-knowhello@127.93.6.11" : "one-knowhello@127.93.7.11"), "\(session.output)")
    }

    @Test(
        "the same on OTP 27",
        .enabled(
            if: OTP.script != nil,
            "no testbed: set BEAMCTL_TESTBED to the folder that holds otp27"))
    func otp27() throws {
        let cluster = try Cluster(network: "127.93.4", dnsPort: 21104, wrapper: OTP.script?.path)
        #expect(cluster.release.otp == "27")
        try cluster.startDNS([11, 12])
        for number in [11, 12] { try cluster.start(number) }
        try #require(cluster.isMeshed([11, 12]), "\(cluster.log(11))\(cluster.log(12))")
        let rpc = try cluster.oneOff(.rpc("IO.puts(length(Node.list()))"), 11)
        #expect(rpc.output == "1\n", "\(rpc.errors)")
        let eval = try cluster.oneOff(.eval("IO.puts(Node.alive?())"), 12)
        #expect(eval.output == "false\n", "\(eval.errors)")
    }
}
