internal import Foundation
internal import Glibc
internal import Synchronization
internal import TestSupport
internal import Testing

/// A real BEAM with an address of its own, that lives as long as the test's closure runs.
public final class ErlangNode: Sendable {
    /// `name@127.92.x.y`
    public let name: String
    /// Its cookie.
    public let cookie: String
    private let process: Process
    private let end: Task<Int32, Never>

    /// Each node has an address in 127.92.0.0/16 to itself, also when two test runs go on at once.
    private static let taken = Atomic<Int>(10)

    private init(name: String, cookie: String, process: Process, end: Task<Int32, Never>) {
        self.name = name
        self.cookie = cookie
        self.process = process
        self.end = end
    }

    /// A name at an address that nothing uses yet.
    public static func freeName(_ name: String = "peer") -> String {
        let number = taken.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(name)@127.92.\(ProcessInfo.processInfo.processIdentifier % 250).\(number % 250)"
    }

    /// Starts a node, runs `body` once it has booted, and ends it whatever happens.
    ///
    /// - Parameter flags: more flags of `erl`, such as `["-kernel", "net_ticktime", "4"]`.
    public static func with<Value: Sendable>(
        _ otp: OTP = .host, name: String = ErlangNode.freeName(), cookie: String = "crumbs", flags: [String] = [],
        body: (ErlangNode) async throws -> Value
    ) async throws -> Value {
        try await otp.require()
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let node = try await start(otp, name: name, cookie: cookie, flags: flags, in: folder)
        do {
            let value = try await body(node)
            await node.kill()
            return value
        } catch {
            await node.kill()
            throw error
        }
    }

    private static func start(
        _ otp: OTP, name: String, cookie: String, flags: [String], in folder: ScratchFolder
    ) async throws -> ErlangNode {
        let address = name.split(separator: "@").last ?? ""
        let process = otp.process(
            [
                "erl", "-noshell", "-noinput", "-start_epmd", "false", "-erl_epmd_port", "4370", "-name", name,
                "-setcookie", cookie, "-kernel", "inet_dist_use_interface",
                "{\(address.split(separator: ".").joined(separator: ","))}",
            ] + flags + ["-eval", "io:put_chars(\"ready\\n\")."], in: folder.url)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        let end = process.ended()
        try process.run()
        let node = ErlangNode(name: name, cookie: cookie, process: process, end: end)
        do {
            try await node.becomeReady(output)
        } catch {
            await node.kill()
            throw error
        }
        return node
    }

    private struct NotReady: Error, CustomStringConvertible {
        var description: String
    }

    /// Waits for the word that the node prints when its boot has finished.
    private func becomeReady(_ output: Pipe) async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Data.self)
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                continuation.finish()
            } else {
                continuation.yield(data)
            }
        }
        try await within(.seconds(60)) { [name] in
            var text = ""
            for await data in stream {
                text += String(decoding: data, as: UTF8.self)
                if text.contains("ready") { return }
            }
            throw NotReady(description: "\(name) ended before it was ready: \(text)")
        }
    }

    /// SIGKILL: nothing is said goodbye to. Returns when the operating system has taken the process down.
    public func kill() async {
        signal(SIGKILL)
        _ = await end.value
    }

    /// SIGKILL, without waiting.
    public func killAtOnce() { signal(SIGKILL) }

    /// SIGSTOP: the process is there, and does nothing. Returns when all of it has stopped.
    public func freeze() throws { try Freezing.freeze(process.processIdentifier) }

    /// SIGCONT
    public func thaw() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        guard process.isRunning else { return }
        _ = Glibc.kill(process.processIdentifier, number)
    }
}

/// What was waited for did not come in time.
public struct DeadlinePassed: Error, CustomStringConvertible {
    /// How long it was waited for.
    public let limit: Duration
    /// One line.
    public var description: String { "not done within \(limit)" }
}

/// Runs `body`, which is cancelled, and fails with ``DeadlinePassed``, when it takes longer than `limit`.
public func within<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await Task.sleep(for: limit)
            throw DeadlinePassed(limit: limit)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw DeadlinePassed(limit: limit) }
        return value
    }
}

/// Asks again and again until the answer is true: for things that only a remote node knows, and does not tell.
public func eventually(_ limit: Duration = .seconds(20), _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw DeadlinePassed(limit: limit) }
        try await Task.sleep(for: .milliseconds(5))
    }
}
