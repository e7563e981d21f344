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
    private var replicas: [Int: Process] = [:]
    private var dns: Process?

    /// Builds the sample and installs it. `wrapper` runs a command with another OTP.
    init(network: String, dnsPort: Int, wrapper: String? = nil) throws {
        scratch = try Scratch()
        self.network = network
        self.dnsPort = dnsPort
        self.wrapper = wrapper
        try Shell.run("/bin/cp", ["-r", Self.sample, scratch.path + "/hello"])
        try Shell.run("/bin/rm", ["-rf", scratch.path + "/hello/_build"])
        let build = ["env", "MIX_ENV=prod", "LANG=C.UTF-8", "mix", "release", "--overwrite"]
        let command = wrapper.map { [$0] + build } ?? build
        let answer = try Shell.run("/usr/bin/env", command, directory: scratch.path + "/hello")
        try #require(answer.status == 0, "\(answer.output)\(answer.errors)")
        release = try Release.read(at: scratch.path + "/hello/_build/prod/rel/hello")
        installed = try ReleaseCopy.install(release, into: scratch.path + "/releases")
    }

    private let wrapper: String?

    deinit {
        for process in replicas.values where process.isRunning { kill(process.processIdentifier, SIGKILL) }
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

    /// Starts a DNS server that lists these replicas.
    func startDNS(_ numbers: [Int]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/dnsmasq")
        process.arguments =
            [
                "--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--pid-file=", "--user=",
                "--port=\(dnsPort)",
                "--listen-address=\(network).1", "--bind-interfaces", "--local=/cluster.local/",
            ] + numbers.map { "--host-record=hello-peers.default.svc.cluster.local,\(network).\($0)" }
        process.standardError = FileHandle.nullDevice
        try process.run()
        dns = process
    }

    func stopDNS() {
        guard let dns, dns.isRunning else { return }
        dns.terminate()
        dns.waitUntilExit()
    }

    func start(_ number: Int, change: (inout LaunchRequest) -> Void = { _ in }) throws {
        var request = request(number)
        change(&request)
        let plan = try LaunchPlan(request)
        try plan.write()
        let process = Process()
        process.executableURL = URL(filePath: wrapper ?? plan.executable)
        process.arguments = wrapper == nil ? plan.arguments : inner(plan.executable, plan.arguments, plan.environment)
        process.environment = wrapper == nil ? plan.environment : nil
        process.currentDirectoryURL = URL(filePath: wrapper == nil ? plan.directory : scratch.path)
        let log = "\(plan.directory)/log"
        FileManager.default.createFile(atPath: log, contents: nil)
        process.standardOutput = FileHandle(forWritingAtPath: log)
        process.standardError = process.standardOutput
        process.standardInput = FileHandle.nullDevice
        try process.run()
        replicas[number] = process
    }

    func kill(_ number: Int) {
        guard let process = replicas.removeValue(forKey: number) else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private func kill(_ pid: Int32, _ signal: Int32) { Glibc.kill(pid, signal) }

    /// The process id of a replica's VM.
    func processID(_ number: Int) -> Int32 { replicas[number]?.processIdentifier ?? 0 }

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
            input: command.standardInput)
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
