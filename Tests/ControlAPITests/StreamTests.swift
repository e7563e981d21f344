import ControlAPI
import FleetModel
import TestSupport
import Testing

@Suite("control API: streams")
struct StreamTests {
    private func lines(_ numbers: ClosedRange<Int>) throws -> [String] {
        try numbers.map { try Sample.line(Sample.status(revision: $0)) }
    }

    /// The revisions that a watch sees until it ends; the error that ended it, if one did.
    private func watch(_ client: DaemonClient) async throws -> (seen: [Int], error: PlatformError?) {
        try await within("the end of the stream") {
            var seen: [Int] = []
            do {
                for try await status in client.watch(Sample.key) { seen.append(status.revision.number) }
                return (seen, nil)
            } catch let error as PlatformError {
                return (seen, error)
            }
        }
    }

    @Test("values arrive in order, and signs of life are passed over")
    func values() async throws {
        let lines = try lines(1...3)
        try await withClient([.chunks(["\n", lines[0], "\n\n", lines[1] + lines[2], "\n"])]) { client, server in
            let (seen, error) = try await watch(client)
            #expect(seen == [1, 2, 3] && error == nil)
            #expect(server.requests.map(\.line) == ["GET /v1/namespaces/default/apps/hello/watch"])
        }
    }

    @Test("a line that comes in pieces is put together", arguments: [1, 7, 100])
    func pieces(size: Int) async throws {
        let text = Array(try lines(1...2).joined())
        let chunks = stride(from: 0, to: text.count, by: size).map { String(text[$0..<min($0 + size, text.count)]) }
        try await withClient([.chunks(chunks)]) { client, _ in
            let seen = try await watch(client).seen
            #expect(seen == [1, 2])
        }
    }

    @Test("an error in the stream ends it")
    func error() async throws {
        let error = PlatformError(.init(rawValue: "quota_exceeded"), "too much")
        let frame = try Sample.json(StreamFrame<AppStatus>.error(error)) + "\n"
        try await withClient([.chunks(try lines(1...1) + [frame] + lines(2...2))]) { client, _ in
            let result = try await watch(client)
            #expect(result.seen == [1] && result.error == error)
        }
    }

    @Test("a refusal instead of a stream is the daemon's own error")
    func refusal() async throws {
        let body = #"{"code":"app_not_found","message":"gone"}"#
        try await withClient([.json(body, status: "404 Not Found")]) { client, server in
            let result = try await watch(client)
            #expect(result.seen == [] && result.error == PlatformError(.appNotFound, "gone"))
            #expect(server.requests.count == 1)
        }
    }

    @Test("a watch that breaks goes on with the same daemon")
    func resumes() async throws {
        let answers: [ScriptedServer.Answer] = [
            .chunks(try lines(1...2), ends: false), .chunks(try lines(3...3), ends: false), .chunks(try lines(4...4)),
        ]
        try await withClient(answers) { client, server in
            let (seen, error) = try await watch(client)
            #expect(seen == [1, 2, 3, 4] && error == nil)
            #expect(server.requests.count == 3 && server.timesRevived == 0)
        }
    }

    @Test("a watch goes on with a new daemon when the old one is gone")
    func resumesWithNewDaemon() async throws {
        let old = ScriptedServer.Answer.chunks(try lines(1...1), ends: false)
        let new = ScriptedServer.Answer.chunks(try lines(2...2))
        try await withClient(nil, revived: [new]) { client, server in
            try server.start([old])
            let seen = try await within("the second value") {
                var seen: [Int] = []
                for try await status in client.watch(Sample.key) {
                    seen.append(status.revision.number)
                    if seen.count == 1 { server.end() }
                }
                return seen
            }
            #expect(seen == [1, 2] || seen == [1, 1, 2], "the first daemon may be asked once more before it is gone")
            #expect(server.timesRevived == 1)
        }
    }

    @Test("a watch that breaks again and again without a word gives up")
    func givesUp() async throws {
        try await withClient([.chunks([], ends: false)]) { client, server in
            let result = try await watch(client)
            #expect(result.seen == [] && result.error?.code == .unreachable)
            #expect(server.requests.count == 4)
        }
    }

    private func line(_ text: String, at moment: Int64) -> LogLine {
        LogLine(replica: "a", at: Timestamp(milliseconds: moment), stream: "stdout", text: text)
    }

    private func frames(_ lines: [LogLine]) throws -> [String] {
        try lines.map { try Sample.json(StreamFrame.value($0)) + "\n" }
    }

    /// The lines that a log tells until it ends; the error that ended it, if one did.
    private func logs(_ client: DaemonClient, _ query: LogQuery) async throws -> (seen: [LogLine], error: PlatformError?) {
        try await within("the end of the log") {
            var seen: [LogLine] = []
            do {
                for try await line in client.logs(of: Sample.key, query) { seen.append(line) }
                return (seen, nil)
            } catch let error as PlatformError {
                return (seen, error)
            }
        }
    }

    @Test("lines that are the same, and of the same moment, are all told")
    func sameLines() async throws {
        let lines = [line("tick", at: 1), line("tick", at: 1), line("tick", at: 2), line("tick", at: 2)]
        try await withClient([.chunks(try frames(lines))]) { client, _ in
            let seen = try await logs(client, LogQuery()).seen
            #expect(seen == lines)
        }
    }

    @Test("a log that is followed goes on where it broke, with no line lost and none told twice")
    func logsResume() async throws {
        let first = [line("one", at: 1), line("two", at: 5), line("three", at: 5)]
        let second = [line("two", at: 5), line("three", at: 5), line("four", at: 5), line("five", at: 6)]
        let answers: [ScriptedServer.Answer] = [.chunks(try frames(first), ends: false), .chunks(try frames(second))]
        try await withClient(answers) { client, server in
            let (seen, error) = try await logs(client, LogQuery(replica: "a", tail: 3, follow: true))
            #expect(seen.map(\.text) == ["one", "two", "three", "four", "five"] && error == nil)
            #expect(
                server.requests.map(\.body) == [
                    #"{"follow":true,"replica":"a","tail":3}"#, #"{"follow":true,"replica":"a","since":5}"#,
                ])
        }
    }

    @Test("a log that is followed and breaks again and again gives up")
    func logsGiveUp() async throws {
        try await withClient([.chunks([], ends: false)]) { client, _ in
            let error = try await logs(client, LogQuery(follow: true)).error
            #expect(error?.code == .unreachable)
        }
    }

    @Test("a log that is only read says when it broke, and is not asked for again")
    func readLogBreaks() async throws {
        try await withClient([.chunks(try frames([line("one", at: 1)]), ends: false)]) { client, server in
            let (seen, error) = try await logs(client, LogQuery())
            #expect(seen.map(\.text) == ["one"] && error?.code == .unreachable)
            #expect(server.requests == [.init(line: "POST /v1/namespaces/default/apps/hello/logs", body: #"{"follow":false}"#)])
        }
    }

    @Test("the lock's stream says who has it, then that it is ours")
    func lock() async throws {
        let holder = LockHolder(who: "other@host", since: Timestamp(milliseconds: 5))
        let states = try [holder, nil].map { try Sample.json(StreamFrame.value(LockState(heldBy: $0))) + "\n" }
        try await withClient([.chunks(states)]) { client, server in
            let mine = LockHolder(who: "me@host", since: Timestamp(milliseconds: 6))
            let seen = try await within("the lock") {
                try await client.deployLock(Sample.key, holder: mine).reduce(into: [LockHolder?]()) { $0.append($1) }
            }
            #expect(seen == [holder, nil])
            #expect(server.requests.first?.body == (try Sample.json(mine)))
        }
    }
}
