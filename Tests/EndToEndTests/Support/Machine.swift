import FleetModel
import Foundation
import Synchronization
import Testing

/// A machine of one test's own: a home and a network that no other test has, and everything ended when the test is done.
final class Machine: Sendable {
    let home: String
    var network: String { claimed.text }
    private let claimed: ClaimedNetwork
    private let number: Int
    /// Variables beside those that every machine has.
    private let variables: [String: String]

    private static let numbers = Atomic<Int>(0)

    private init(_ variables: [String: String]) throws {
        self.variables = variables
        number = Self.numbers.wrappingAdd(1, ordering: .relaxed).newValue
        // Another one each time: what an earlier test left open keeps no port from this one.
        claimed = try ClaimedNetwork(from: Int(getpid()) &* 31 &+ number)
        // Short, since a socket's path has 107 bytes at most.
        home = "/tmp/bc-\(getpid())-\(number)"
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Makes one, hands it over, and ends everything that runs on it, however the test went.
    static func run<Value>(
        with variables: [String: String] = [:], _ body: (Machine) async throws -> Value
    ) async throws -> Value {
        let machine = try Machine(variables)
        do {
            let value = try await body(machine)
            await machine.tearDown()
            return value
        } catch {
            Issue.record("the daemon said:\n\(machine.daemonLog)")
            await machine.tearDown()
            throw error
        }
    }

    /// Runs `beamctl` to its end.
    @discardableResult
    func beamctl(
        _ arguments: String..., in directory: String? = nil, within limit: Duration = .seconds(60),
        environment: [String: String] = [:], input: String? = nil
    ) async throws -> Outcome {
        try await beamctl(arguments, in: directory, within: limit, environment: environment, input: input)
    }

    func beamctl(
        _ arguments: [String], in directory: String? = nil, within limit: Duration = .seconds(60),
        environment: [String: String] = [:], input: String? = nil
    ) async throws -> Outcome {
        try await Command(
            Programs.beamctl, arguments, environment: self.environment.merging(environment) { $1 }, directory: directory,
            input: input
        )
        .run(within: limit)
    }

    /// Starts `beamctl` and leaves it running.
    func start(_ arguments: String..., in directory: String? = nil) throws -> RunningCommand {
        try Command(Programs.beamctl, arguments, environment: environment, directory: directory).start()
    }

    /// Runs `beamctl … --json` and reads what it prints.
    func json<Value: Decodable>(_: Value.Type, _ arguments: String...) async throws -> Value {
        let outcome = try await beamctl(arguments + ["--json"])
        try #require(outcome.code == 0, "\(outcome)")
        return try JSONDecoder().decode(Value.self, from: Data(outcome.output.utf8))
    }

    func status(_ app: String) async throws -> AppStatus { try await json(AppStatus.self, "status", app) }

    /// Asks until it is so, or fails after the deadline.
    func until(
        _ what: String, within limit: Duration = .seconds(30), _ condition: () async throws -> Bool
    ) async throws {
        let begin = ContinuousClock.now
        while ContinuousClock.now < begin + limit {
            if try await condition() { return }
            // To ask takes a processor about as long as the shortest pause: what takes long is asked for less often.
            let pause = (ContinuousClock.now - begin) / 8
            try await Task.sleep(for: min(max(pause, .milliseconds(50)), .milliseconds(250)))
        }
        Issue.record("not within \(limit): \(what)")
        throw Late(what: what)
    }

    struct Late: Error {
        let what: String
    }

    var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["BEAMCTL_HOME"] = home
        environment["BEAMCTL_NETWORK"] = network
        environment["NO_COLOR"] = "1"
        return environment.merging(variables) { $1 }
    }

    var daemonPID: Int32? {
        (try? String(contentsOfFile: home + "/daemon.lock", encoding: .utf8)).flatMap {
            Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    var daemonLog: String { (try? String(contentsOfFile: home + "/daemon.log", encoding: .utf8)) ?? "" }

    /// The processes that belong to this home: those that have its path among their arguments or in their environment.
    func processes(named name: String? = nil) -> [Int32] {
        ProcessTable.running().filter { process in
            // The kernel keeps fifteen characters of a name.
            process.mentions(home) && (name == nil || process.name == name.map { String($0.prefix(15)) })
        }.map(\.pid)
    }

    /// The same, as words for a failed expectation.
    func processNames() -> [String] {
        ProcessTable.running().filter { $0.mentions(home) }.map { "\($0.pid) \($0.name) \($0.arguments)" }
    }

    private func tearDown() async {
        _ = try? await beamctl("stop", "--all", within: .seconds(40))
        for pid in processes() where pid != getpid() { kill(pid, SIGKILL) }
        _ = try? await Command("/bin/chmod", ["-R", "u+w", home]).run(within: .seconds(20))
        try? FileManager.default.removeItem(atPath: home)
    }
}
