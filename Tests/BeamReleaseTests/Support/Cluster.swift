import Foundation
import Glibc
import Testing

@testable import BeamRelease

/// A DNS server and replicas of the sample app, as the platform would run them; all gone when it is.
final class Cluster {
    static let sample = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "samples/hello").path

    let scratch: Scratch
    let release: Release
    let installed: ReleaseCopy.Installed
    let network: String
    let dnsPort: Int
    private var replicas: [Int: Daemon] = [:]
    private var dns: Daemon?

    /// Builds the sample and installs it. `wrapper` runs a command with another OTP.
    init(network: String, dnsPort: Int, wrapper: String? = nil, includesERTS: Bool = true) throws {
        scratch = try Scratch()
        self.network = network
        self.dnsPort = dnsPort
        self.wrapper = wrapper
        try Shell.run("/bin/cp", ["-r", Self.sample, scratch.path + "/hello"])
        try Shell.run("/bin/rm", ["-rf", scratch.path + "/hello/_build"])
        if !includesERTS {
            let file = scratch.path + "/hello/mix.exs"
            try Shell.run("/bin/sed", ["-i", "s/include_executables_for/include_erts: false, &/", file])
        }
        let build = ["env", "MIX_ENV=prod", "LANG=C.UTF-8", "mix", "release", "--overwrite"]
        let command = wrapper.map { [$0] + build } ?? build
        let answer = try Shell.run("/usr/bin/env", command, directory: scratch.path + "/hello")
        try #require(answer.status == 0, "\(answer.output)\(answer.errors)")
        release = try Release.read(at: scratch.path + "/hello/_build/prod/rel/hello")
        installed = try ReleaseCopy.install(release, into: scratch.path + "/releases")
    }

    /// Builds a small Erlang application with rebar3 and installs it.
    init(relxOn network: String, dnsPort: Int) throws {
        scratch = try Scratch()
        self.network = network
        self.dnsPort = dnsPort
        wrapper = nil
        let config = """
            {relx, [{release, {hello, "0.1.0"}, [hello, sasl]}, {mode, prod}, {vm_args, "vm.args"}, {extended_start_script, true}]}.
            """
        try scratch.file("hello/rebar.config", config)
        try scratch.file("hello/vm.args", "-sname hello\n-setcookie plain\n+P 262144\n")
        try scratch.file(
            "hello/src/hello.app.src", "{application, hello, [{vsn, \"0.1.0\"}, {applications, [kernel, stdlib]}]}.")
        let home = ["HOME": scratch.path, "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]
        let answer = try Shell.run(
            "/usr/bin/env", ["rebar3", "as", "prod", "release"], environment: home, directory: scratch.path + "/hello")
        try #require(answer.status == 0, "\(answer.output)\(answer.errors)")
        release = try Release.read(at: scratch.path + "/hello/_build/prod/rel/hello")
        installed = try ReleaseCopy.install(release, into: scratch.path + "/releases")
    }

    private let wrapper: String?

    deinit {
        for replica in replicas.values { replica.kill() }
        stopDNS()
    }

    func request(_ number: Int) -> LaunchRequest {
        let address = "\(network).\(number)"
        return LaunchRequest(
            release: release, root: installed.path, directory: "\(scratch.path)/replica-\(number)",
            replica: "hello-web-\(number)",
            node: "hello@\(address)", address: address, cookie: "TheRealCookie",
            nameServer: .init(address: "\(network).1", port: dnsPort),
            searchDomains: ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"],
            peers: "hello-peers.default.svc.cluster.local", httpPort: 21000 + number)
    }

    /// The name that a headless Service gives a replica which keeps its number.
    func ordinal(_ number: Int) -> String { "hello-\(number).hello-peers.default.svc.cluster.local" }

    /// Starts a DNS server that lists these replicas; by names of their own, as a StatefulSet's are, where that is asked for.
    func startDNS(_ numbers: [Int], ordinals: Bool = false) throws {
        let options = [
            "--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--pid-file=", "--user=",
            "--port=\(dnsPort)", "--listen-address=\(network).1", "--bind-interfaces", "--local=/cluster.local/",
        ]
        let records = numbers.map { "--host-record=hello-peers.default.svc.cluster.local,\(network).\($0)" }
        let named = numbers.flatMap { number in
            [
                "--host-record=\(ordinal(number)),\(network).\(number)",
                "--srv-host=_dist._tcp.hello-peers.default.svc.cluster.local,\(ordinal(number)),4370",
            ]
        }
        dns = try Daemon(
            "/usr/sbin/dnsmasq", options + records + (ordinals ? named : []), environment: [:], directory: "/",
            output: scratch.path + "/dns.log")
    }

    func stopDNS() {
        dns?.kill(SIGTERM)
        dns = nil
    }

    func start(_ number: Int, change: (inout LaunchRequest) -> Void = { _ in }) throws {
        var request = request(number)
        change(&request)
        let plan = try LaunchPlan(request)
        try plan.write()
        let log = "\(plan.directory)/log"
        if let wrapper {
            let inner = inner(plan.executable, plan.arguments, plan.environment)
            let outer = ProcessInfo.processInfo.environment
            replicas[number] = try Daemon(wrapper, inner, environment: outer, directory: scratch.path, output: log)
        } else {
            replicas[number] = try Daemon(
                plan.executable, plan.arguments, environment: plan.environment, directory: plan.directory, output: log)
        }
    }

    func kill(_ number: Int) { replicas.removeValue(forKey: number)?.kill() }

    /// The process id of a replica's VM.
    func processID(_ number: Int) -> Int32 { replicas[number]?.processID ?? 0 }

    func log(_ number: Int) -> String { (try? scratch.text("replica-\(number)/log")) ?? "" }

    /// Runs a one-off command beside a replica.
    func oneOff(_ wish: OneOffCommand.Request, _ number: Int) throws -> Shell {
        let command = try LaunchPlan.oneOff(wish, in: request(number))
        if let wrapper {
            return try Shell.run(
                wrapper, inner(command.executable, command.arguments, command.environment), directory: scratch.path)
        }
        return try Shell.run(
            command.executable, command.arguments, environment: command.environment, directory: command.directory,
            input: command.standardInput ?? "")
    }

    private func inner(_ executable: String, _ arguments: [String], _ environment: [String: String]) -> [String] {
        ["env", "-i"] + environment.map { "\($0.key)=\($0.value)" } + [executable] + arguments
    }

    /// What a replica's page says as JSON; nil while it does not answer.
    func facts(_ number: Int) -> Facts? {
        let answer = try? Shell.run("/usr/bin/curl", ["-s", "-m", "2", "http://\(network).\(number):\(21000 + number)/json"])
        return answer.flatMap { try? JSONDecoder().decode(Facts.self, from: Data($0.output.utf8)) }
    }

    struct Facts: Decodable {
        var node: String
        var peers: [String]
        var greeting: String
        var hits: Int
    }

    /// Waits until these replicas all see each other.
    func isMeshed(_ numbers: [Int], within seconds: Double = 20) -> Bool {
        Shell.eventually(within: seconds) {
            numbers.allSatisfy { number in
                facts(number)?.peers == numbers.filter { $0 != number }.map { "hello@\(network).\($0)" }.sorted()
            }
        }
    }
}
