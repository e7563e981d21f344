import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("Getting in: a VM of one's own in the cluster, and what is left of a replica that crashed", .serialized)
struct GettingInTests {
    private static func deploy(_ machine: Machine, _ more: String = "") async throws {
        let manifest = "app: hello\nreplicas: 2\nhttp: {health: /health}\nenv: {GREETING: from a test}\n\(more)"
        let project = try await HelloProject.shared.copy(to: machine.home, manifest: manifest)
        let deployed = try await machine.beamctl("deploy", project, "--no-build")
        try #require(deployed.code == 0, "\(deployed)")
    }

    private static let report = """
        Process.sleep(200)
        [first | _] = Node.list(:hidden)
        IO.puts(Enum.join(Enum.sort(Node.list(:hidden)), " "))
        IO.puts(:rpc.call(first, System, :get_env, ["GREETING"]))
        IO.puts(inspect(:rpc.call(first, Node, :list, [])))
        """

    @Test(
        "beamctl attach runs a command as a hidden node of the cluster; the cookie is seen nowhere",
        arguments: ["ip", "hostname"])
    func attach(_ naming: String) async throws {
        try await Machine.run { machine in
            try await Self.deploy(machine, "cluster: {node_name: \(naming)}\n")
            let nodes = try await machine.status("hello").replicas.compactMap(\.node).sorted()
            let ran = try await machine.beamctl(
                "attach", "hello", "--", "elixir", "-e", Self.report, environment: ["ERL_AFLAGS": "+S 1:1"])
            try #require(ran.code == 0, "\(ran)")
            let lines = ran.output.split(separator: "\n").map(String.init)
            #expect(lines.first == nodes.joined(separator: " "))
            #expect(lines.dropFirst().first == "from a test")
            // It is hidden: the app's own nodes do not list it.
            #expect(lines.last?.contains("hello@") == true && lines.last?.contains("127.0.0.1") == false)
            #expect(ran.errors.contains("beamctl: joined 2 nodes of hello as "))
            let attachment = try await machine.json(Attachment.self, "attach", "hello")
            #expect(attachment.nodes == nodes)
            let cookie = try String(contentsOfFile: attachment.cookieFile, encoding: .utf8)
            #expect(cookie.count > 20)
            let mode = try FileManager.default.attributesOfItem(atPath: attachment.cookieFile)[.posixPermissions] as? Int
            #expect(mode == 0o400)
            let waiting = try machine.start("attach", "hello", "--", "elixir", "-e", "Process.sleep(:infinity)")
            try await machine.until("the VM has joined") {
                try await machine.beamctl("rpc", "hello", "IO.puts(length(Node.list(:hidden)))").output >= "2"
            }
            let shown = ProcessTable.running().filter { $0.mentions(cookie) }
            #expect(shown.isEmpty, "\(shown)")
            kill(waiting.pid, SIGKILL)
        }
    }

    @Test(
        "a program that starts distribution by itself, as Livebook does, finds the nodes under its own name and cookie",
        arguments: ["ip", "hostname"])
    func ownName(_ naming: String) async throws {
        try await Machine.run { machine in
            try await Self.deploy(machine, "cluster: {node_name: \(naming)}\n")
            let program = try await OwnNameProgram(in: machine.home, nodes: 2, environment: machine.environment)
            let ran = try await machine.beamctl(["attach", "hello", "--own-name", "--"] + program.command)
            #expect(ran.output == OwnNameProgram.success(nodes: 2), "\(ran)")
            #expect(ran.errors.contains("beamctl: book@127.0.0.1 has joined hello@"), "\(ran)")

            // By the name of the program, and by hand.
            let folder = machine.home + "/programs"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try "#!/bin/sh\nexec \"$@\"\n".write(toFile: folder + "/livebook", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/livebook")
            let named = try await machine.beamctl(["attach", "hello", "--", folder + "/livebook"] + program.command)
            #expect(named.output == OwnNameProgram.success(nodes: 2), "\(named)")
            let printed = try await machine.beamctl("attach", "hello").output
            let line = try #require(printed.split(separator: "\n").first { $0.contains("livebook server") })
            let script = line.replacing("livebook server", with: #""$@""#)
            let byHand = try await Command(
                "/bin/sh", ["-c", String(script), "sh"] + program.command, environment: machine.environment
            ).run(within: .seconds(30))
            #expect(byHand.output == OwnNameProgram.success(nodes: 2), "\(byHand)")
        }
    }

    @Test("a VM that has joined stays with the cluster when every replica is replaced")
    func stays() async throws {
        try await Machine.run { machine in
            try await Self.deploy(machine)
            let loop = "for _ <- 1..600, do: (Process.sleep(100); IO.puts(Enum.join(Enum.sort(Node.list(:hidden)), \" \")))"
            let waiting = try machine.start("attach", "hello", "--", "elixir", "-e", loop)
            func newest() -> String { waiting.outputSoFar.split(separator: "\n").last.map(String.init) ?? "" }
            let before = try await machine.status("hello").replicas.compactMap(\.node).sorted().joined(separator: " ")
            try await machine.until("the VM has joined") { newest() == before }
            try #require(try await machine.beamctl("restart", "hello").code == 0)
            let after = try await machine.status("hello").replicas.compactMap(\.node).sorted().joined(separator: " ")
            #expect(before != after)
            try await machine.until("the VM has joined the new ones") { newest() == after }
            kill(waiting.pid, SIGKILL)
        }
    }

    @Test("programs that beamctl becomes or waits for take signals as if they were started by hand; eval needs no replica")
    func signals() async throws {
        try await Machine.run { machine in
            try await Self.deploy(machine)
            for verb in [["attach", "hello", "--"], ["run", "hello", "--"]] {
                let shown = try await machine.beamctl(verb + ["grep", "-E", "SigBlk|SigIgn", "/proc/self/status"])
                // Those from 32 on are glibc's own.
                let masks = shown.output.matches(of: /([0-9a-f]{16})/).compactMap { UInt64($0.1, radix: 16) }
                #expect(masks.count == 2 && masks.allSatisfy { $0 & 0x7FFF_FFFF == 0 }, "\(shown)")
            }
            let running = try machine.start("run", "hello", "--", "sh", "-c", "echo on; exec sleep 600")
            try await machine.until("its program runs") { running.outputSoFar == "on\n" }
            kill(running.pid, SIGTERM)
            let ended = try await running.outcome(within: .seconds(10))
            #expect(ended.code == 128 + 15)
            #expect(try FileManager.default.contentsOfDirectory(atPath: machine.home + "/preflight").isEmpty)
            let code = try await machine.beamctl("run", "hello", "--", "sh", "-c", "exit 7")
            #expect(code.code == 7)

            // However the command ends.
            let killed = try machine.start("run", "hello", "--", "sh", "-c", "echo $$; exec sleep 600")
            try await machine.until("its program runs") { killed.outputSoFar.hasSuffix("\n") }
            let program = try #require(pid_t(killed.outputSoFar.dropLast()))
            kill(killed.pid, SIGKILL)
            try await machine.until("its program has ended, too") { !ProcessTable.running().contains { $0.pid == program } }

            try #require(try await machine.beamctl("stop", "hello").code == 0)
            let alone = try await machine.beamctl("eval", "hello", "IO.puts(System.get_env(\"GREETING\"))")
            #expect(alone.code == 0 && alone.output == "from a test\n", "\(alone)")
        }
    }

    @Test("beamctl attach prints ways that work by hand; and says so when nobody answers, or nobody can")
    func byHand() async throws {
        try await Machine.run { machine in
            try await Self.deploy(machine)
            let printed = try await machine.beamctl("attach", "hello").output
            let line = try #require(printed.split(separator: "\n").first { $0.contains("iex --erl") }).drop { $0 == " " }
            let script = "\(line) -e 'IO.puts(length(Node.list(:hidden))); System.halt()'"
            let ran = try await Command("/bin/sh", ["-c", script], environment: machine.environment).run(within: .seconds(30))
            #expect(ran.code == 0 && ran.output.contains("2"), "\(ran)")
            #expect(printed.contains("cookie"))
            try #require(try await machine.beamctl("stop", "hello").code == 0)
            let alone = try await machine.beamctl("attach", "hello", "--", "elixir", "-e", "IO.puts(:on)")
            #expect(alone.code == 0 && alone.output == "on\n", "\(alone)")
            #expect(alone.errors.contains("no node of hello answers: beamctl status hello"))
            let missing = try await machine.beamctl("attach", "hello", "--", "no-such-program")
            #expect(missing.code == 127)
            #expect(try await machine.beamctl("attach", "nobody").code == 1)
            try #require(try await machine.beamctl("destroy", "hello", "--yes").code == 0)
            #expect(!FileManager.default.fileExists(atPath: machine.home + "/attach/default/hello"))
        }
    }

    @Test("an app without a cluster is told so")
    func alone() async throws {
        try await Machine.run { machine in
            try await Self.deploy(machine, "cluster: {discovery: none}\n")
            let refused = try await machine.beamctl("attach", "hello")
            #expect(refused.code == 1 && refused.errors.contains("cluster.discovery is none"), "\(refused)")
        }
    }

    @Test("the last three crash dumps of a replica are kept, told, and outlive the replica, but not the app")
    func crashes() async throws {
        try await Machine.run { machine in
            try await Self.deploy(machine)
            #expect(try await machine.beamctl("crashes", "hello").errors.contains("no replica of hello left a crash dump"))
            try #require(try await machine.beamctl("scale", "hello", "1").code == 0)
            let replica = try #require(try await machine.status("hello").replicas.first).name
            // One crash while no daemon looks.
            for number in 1...4 {
                try await machine.until("it is ready") {
                    try await machine.status("hello").replicas.first?.phase == .ready
                }
                let end = "spawn(fn -> Process.sleep(300); :erlang.halt(~c\"crash \(number)\") end)"
                try #require(try await machine.beamctl("rpc", "hello", end).code == 0)
                if number == 2 { try #require(try await machine.beamctl("daemon", "stop").code == 0) }
                try await Task.sleep(for: .milliseconds(900))
            }
            try await machine.until("three are kept") {
                try await machine.json([CrashReport].self, "crashes", "hello").first?.slogan == "crash 4"
            }
            let kept = try await machine.json([CrashReport].self, "crashes", "hello")
            #expect(kept.map(\.slogan) == ["crash 4", "crash 3", "crash 2"])
            #expect(kept.allSatisfy { $0.replica == replica && $0.isWhole && $0.node?.hasPrefix("hello@127.") == true })
            #expect(kept.allSatisfy { ($0.memory["total"] ?? 0) > 1 << 20 && $0.heaviest.count == 5 })
            let table = try await machine.beamctl("crashes", "hello").output
            #expect(table.hasPrefix("CRASHED") && table.contains("crash 3"))
            let details = try await machine.beamctl("crashes", "hello", "--replica", replica, "--details").output
            #expect(details.contains("why      crash 4") && details.contains("most memory"), "\(details)")
            let path = try #require(kept.first).path
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            try #require(try await machine.beamctl("restart", "hello").code == 0)
            #expect(try await machine.status("hello").replicas.first?.name != replica)
            #expect(try await machine.json([CrashReport].self, "crashes", "hello").count == 3)
            try #require(try await machine.beamctl("destroy", "hello", "--yes").code == 0)
            #expect(!FileManager.default.fileExists(atPath: machine.home + "/crashes/default/hello"))
        }
    }
}
