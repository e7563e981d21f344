import Foundation
import HTTPTransport
import JSONText
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import KubernetesClient

@Suite("a real cluster: streams", .serialized, .enabled(if: TestCluster.isThere, TestCluster.reason))
struct ClusterStreamTests {
    @Test("a watch tells what comes, changes and goes")
    func watch() async throws {
        try await TestCluster.withNamespace { client, namespace in
            let seen = try await within("the events") {
                var seen: [String] = []
                let selector = Selector(labels: "mine=yes")
                for try await event in client.watch(.configMaps, selector) {
                    seen.append(ClientTests.words(event))
                    let map: JSONValue = .object([
                        "apiVersion": .string("v1"), "kind": .string("ConfigMap"),
                        "metadata": .object(["name": .string("c"), "labels": .object(["mine": .string("yes")])]),
                        "data": .object(["step": .string("\(seen.count)")]),
                    ])
                    switch seen.count {
                    case 1, 2: try await client.apply(map, as: .configMaps)
                    case 3: try await client.delete(.configMaps, "c")
                    default: return seen
                    }
                }
                return seen
            }
            #expect(seen == ["all ", "added c", "modified c", "deleted c"])
        }
    }

    @Test("a version that the server no longer knows is listed anew")
    func forgotten() async throws {
        try await TestCluster.withNamespace { client, _ in
            // Of events an old server keeps nothing in its memory, so what etcd has forgotten is gone; it forgets after five minutes.
            // What a newer one keeps in its memory begins with the state in which it has found the objects when it started.
            if TestAPIServer.isOurs { try await TestAPIServer.forget(before: 10) }
            var codes: [KubernetesError.Code?] = []
            for resource in [try await client.resource(kind: "Event", group: ""), .configMaps] {
                let path = resource.path(namespace: client.namespace) + "?watch=true&resourceVersion=1&timeoutSeconds=2"
                var machine = WatchMachine()
                do {
                    try await client.stream(path) { body in
                        var cutter = LineCutter(longest: 1 << 20)
                        for try await bytes in body {
                            for line in cutter.take(bytes) {
                                _ = try machine.received(JSONReader.read(line.bytes)) { client.error(status: $0, path) }
                            }
                        }
                    }
                } catch let error as KubernetesError {
                    codes.append(error.code)
                }
            }
            #expect(codes.contains(.gone), "\(codes)")
        }
    }

    @Test(
        "a watch goes on when the API server is started anew", .enabled(if: TestAPIServer.isOurs, TestAPIServer.reason),
        arguments: [false, true])
    func restart(isForgotten: Bool) async throws {
        try await TestCluster.withNamespace { client, _ in
            try await client.create(TestCluster.configMap("before", [:]), as: .configMaps)
            let events = LastSeen()
            let seen = try await within("what happens after the restart", deadline: .seconds(60), lastSeen: events) {
                var (seen, isRestarted): ([String], Bool) = ([], false)
                for try await event in client.watch(.configMaps, Selector(fields: "metadata.name=before")) {
                    seen.append(ClientTests.words(event))
                    events.note("\(seen)")
                    switch event {
                    case .all where !isRestarted:
                        isRestarted = true
                        // A server that starts knows nothing older than its start: what is written now makes the watch's place too old.
                        if isForgotten { try await client.create(TestCluster.configMap("beside", [:]), as: .configMaps) }
                        try await TestAPIServer.restart()
                    case .resumed where isRestarted:
                        try await client.delete(.configMaps, "before")
                    // Where the place was too old, all comes anew, and what has gone meanwhile is not among it.
                    case .deleted, .all([]): return seen
                    default: break
                    }
                }
                return seen
            }
            #expect(seen.first == "all before")
            #expect(seen.contains { $0.hasPrefix("interrupted") })
            #expect(seen.contains("resumed"))
            #expect(["deleted before", "all "].contains(seen.last))
        }
    }

    @Test("logs: what is there, what comes, with times, from a given line on")
    func logs() async throws {
        try await TestCluster.withNamespace { client, _ in
            try await TestCluster.run(
                client,
                TestCluster.pod(
                    "talker", "echo one; echo two; while [ ! -e /tmp/go ]; do sleep 0.1; done; echo three; echo -n end"))
            var following = PodLogOptions()
            following.follow = true
            following.timestamps = true
            following.tail = 1
            let lines = try await within("the log's end") { [following] in
                try await client.logs("talker", following) { lines in
                    var seen: [PodLogLine] = []
                    for try await line in lines {
                        seen.append(line)
                        if seen.count == 1 {
                            let code = try await client.exec(ExecCommand(["touch", "/tmp/go"]), in: "talker") { session in
                                try await ExecTranscript(session).code
                            }
                            #expect(code == 0)
                        }
                    }
                    return seen
                }
            }
            #expect(lines.map { String(decoding: $0.text, as: UTF8.self) } == ["two", "three", "end"])
            #expect(lines.allSatisfy { $0.time.flatMap(Moment.seconds) != nil })
            let missing = await #expect(throws: KubernetesError.self) { try await client.logs("nobody") { _ in } }
            #expect(missing?.code == .notFound)
            var previous = PodLogOptions()
            previous.previous = true
            let options = previous
            let none = await #expect(throws: KubernetesError.self) {
                try await client.logs("talker", options) { _ in }
            }
            #expect(none?.code == .invalid)
        }
    }

    @Test("exec: output, errors and the code; input; a terminal and its size; what cannot be run")
    func exec() async throws {
        try await TestCluster.withNamespace { client, _ in
            try await TestCluster.run(client, TestCluster.pod("shell", "exec sleep 1000"))
            let said = try await client.exec(ExecCommand(["sh", "-c", "echo out; echo err >&2; exit 7"]), in: "shell") {
                try await ExecTranscript($0)
            }
            #expect(said == ExecTranscript(output: "out\n", errors: "err\n", code: 7))
            let echoed = try await client.exec(ExecCommand(["sh", "-c", "read a; echo got $a"], hasInput: true), in: "shell") {
                session in
                try await session.write(Array("hello\n".utf8))
                return try await ExecTranscript(session)
            }
            #expect(echoed == ExecTranscript(output: "got hello\n", errors: "", code: 0))
            let large = try await client.exec(ExecCommand(["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x"]), in: "shell") {
                try await ExecTranscript($0)
            }
            #expect(large.output.utf8.count == 3_000_000)
            // The server takes sizes beside the input: the one may be known before the other, whichever was sent first.
            let sized = try await within("the size") {
                try await client.exec(
                    ExecCommand(
                        ["sh", "-c", #"until [ "$(stty size)" = "33 101" ]; do sleep 0.1; done; read a; echo got $a"#],
                        hasInput: true, hasTerminal: true),
                    in: "shell"
                ) { session in
                    try await session.resize(columns: 101, rows: 33)
                    try await session.write(Array("it\n".utf8))
                    return try await ExecTranscript(session)
                }
            }
            #expect(sized.output.contains("got it"), "\(sized)")
            let missing = await #expect(throws: KubernetesError.self) {
                try await client.exec(ExecCommand(["/no/such/program"]), in: "shell") { try await ExecTranscript($0) }
            }
            #expect(missing?.code == .streamFailed)
            #expect(missing?.reason.contains("no such file") == true, "\(missing?.reason ?? "")")
            try await within("an end that the other side makes") {
                let error = await #expect(throws: KubernetesError.self) {
                    try await client.exec(ExecCommand(["sleep", "1000"]), in: "shell") { session in
                        try await client.delete(.pods, "shell", graceSeconds: 0)
                        let said = try await ExecTranscript(session)
                        throw KubernetesError(.streamFailed, "ended with \(said.code)")
                    }
                }
                #expect(error?.code == .streamFailed)
            }
        }
    }

    @Test("port-forward: a stream of bytes to the pod's loopback, and an error where nobody listens")
    func portForward() async throws {
        try await TestCluster.withNamespace { client, _ in
            let script =
                "mkdir /tmp/w; echo welcome >/tmp/w/index.html; httpd -p 127.0.0.1:8000 -h /tmp/w; exec nc -ll -p 4370 -e cat"
            try await TestCluster.run(client, TestCluster.pod("server", script))
            let answer = try await Self.ask(client, "server", 8000, "GET /index.html HTTP/1.0\r\n\r\n") {
                $0.hasSuffix("welcome\n")
            }
            #expect(answer.hasPrefix("HTTP/1.0 200 OK") || answer.hasPrefix("HTTP/1.1 200 OK"), "\(answer)")
            let long = String(repeating: "0123456789", count: 100_000)
            #expect(try await Self.ask(client, "server", 4370, long) { $0.utf8.count >= long.utf8.count } == long)
            for _ in 1...30 {
                let error = await #expect(throws: KubernetesError.self) {
                    try await Self.ask(client, "server", 9, "hello") { _ in false }
                }
                #expect(error?.code == .streamFailed)
                #expect(error?.reason.contains("pod server port 9") == true, "\(error?.reason ?? "")")
            }
        }
    }

    /// Sends a text to a port of a pod and reads until it is enough.
    static func ask(
        _ client: KubernetesClient, _ pod: String, _ port: Int, _ text: String, until: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        try await within("an answer of \(pod) port \(port)", deadline: .seconds(30)) {
            // Whoever listens in the pod begins a moment after it runs.
            for attempt in 1... {
                do {
                    return try await once(client, pod, port, text, until: until)
                } catch let error as KubernetesError where error.code == .streamFailed && attempt < 20 && port != 9 {
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            return ""
        }
    }

    private static func once(
        _ client: KubernetesClient, _ pod: String, _ port: Int, _ text: String, until: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        let box = Box()
        let channel = try await client.portForward(pod, port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                box.channel.withLock { $0 = try? NIOAsyncChannel(wrappingChannelSynchronously: channel) }
            }
        }
        let wrapped = try #require(box.channel.withLock { $0 })
        defer { channel.close(promise: nil) }
        return try await wrapped.executeThenClose { inbound, outbound in
            // An echo that nobody reads would stop what is being sent. Why it cannot be sent is what is read.
            async let sent: Void? = try? outbound.write(ByteBuffer(string: text))
            var answer = ""
            for try await piece in inbound {
                answer += String(buffer: piece)
                if until(answer) { break }
            }
            await sent
            return answer
        }
    }

    private final class Box: Sendable {
        let channel = Mutex<NIOAsyncChannel<ByteBuffer, ByteBuffer>?>(nil)
    }
}

/// All that a program wrote, and how it ended.
struct ExecTranscript: Equatable {
    var output = ""
    var errors = ""
    var code = -1

    init(output: String, errors: String, code: Int) {
        (self.output, self.errors, self.code) = (output, errors, code)
    }

    init(_ session: ExecSession) async throws {
        for try await event in session.events {
            switch event {
            case .output(let bytes): output += String(decoding: bytes, as: UTF8.self)
            case .errors(let bytes): errors += String(decoding: bytes, as: UTF8.self)
            case .exited(let code): self.code = code
            }
        }
    }
}
