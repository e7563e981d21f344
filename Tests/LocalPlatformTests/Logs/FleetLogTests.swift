import FleetModel
import Foundation
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("the logs of an app")
struct FleetLogTests {
    private let bench: Bench
    private let daemon: TestDaemon
    private let names: [String]

    init() async throws {
        bench = try Bench()
        daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        names = try await daemon.complete().replicas.map(\.name)
        for name in names { try bench.scratch.write("\(name)/log", "") }
    }

    private func say(_ text: String, _ replica: Int, second: Int) throws {
        let time = "2026-11-23T06:18:\(second < 10 ? "0" : "")\(second).000000Z"
        try bench.scratch.append("\(names[replica])/log", "\(time) stdout F \(text)\n")
    }

    private func read(_ query: LogQuery = LogQuery()) async throws -> [String] {
        let fleet = daemon.fleet
        return try await within("the end of the log") {
            try await fleet.logs(of: Sample.key, query).reduce(into: []) { $0.append($1.text) }
        }
    }

    @Test("lines of all replicas are merged by time, rotated files among them")
    func merged() async throws {
        try say("three", 0, second: 3)
        try bench.scratch.move("\(names[0])/log", "\(names[0])/log.1")
        try say("five", 0, second: 5)
        for (text, second) in [("two", 2), ("four", 4), ("six", 6)] { try say(text, 1, second: second) }
        #expect(try await read() == ["two", "three", "four", "five", "six"])
        #expect(try await read(LogQuery(tail: 2)) == ["five", "six"])
        #expect(try await read(LogQuery(tail: 0)) == [])
        #expect(try await read(LogQuery(tail: 100)) == ["two", "three", "four", "five", "six"])
        #expect(try await read(LogQuery(replica: names[1])) == ["two", "four", "six"])
        #expect(try await read(LogQuery(replica: "hello@127.94.0.12")) == ["two", "four", "six"])
        let since = Timestamp(rfc3339: Array("2026-11-23T06:18:05Z".utf8))
        #expect(try await read(LogQuery(since: since)) == ["five", "six"])
    }

    @Test("lines of one moment stay in the order in which their replica wrote them")
    func stable() async throws {
        for number in 0..<200 { try say("\(number)", 0, second: 7) }
        #expect(try await read() == (0..<200).map(String.init))
    }

    @Test("an app or a replica that is not there is refused")
    func unknown() async throws {
        let app = await #expect(throws: PlatformError.self) { try await daemon.fleet.logs(of: AppKey(app: "other"), LogQuery()) }
        #expect(app?.code == .appNotFound)
        let replica = await #expect(throws: PlatformError.self) {
            try await daemon.fleet.logs(of: Sample.key, LogQuery(replica: "other"))
        }
        #expect(replica?.code == .replicaNotFound)
    }

    @Test("following tells what is written from now on, replicas that come later included, and ends with the app")
    func follow() async throws {
        try say("before", 0, second: 1)
        let (heard, hear) = AsyncStream.makeStream(of: String.self)
        let lines = try await daemon.fleet.logs(of: Sample.key, LogQuery(follow: true))
        let reading = Task {
            for try await line in lines { hear.yield(line.text) }
            hear.finish()
        }
        #expect(try await next(heard, "what was there") == "before")
        try say("after", 1, second: 2)
        #expect(try await next(heard, "a new line") == "after")

        _ = try await daemon.fleet.scale(Sample.key, process: nil, replicas: 3)
        let all = try await daemon.complete().replicas.map(\.name)
        let third = try #require(all.first { !names.contains($0) })
        try bench.scratch.write("\(third)/log", "2026-11-23T06:18:03.000000Z stdout F from the third\n")
        try say("from the first", 0, second: 4)
        let both = [try await next(heard, "the third replica's line"), try await next(heard, "the first replica's line")]
        #expect(Set(both) == ["from the third", "from the first"])

        try await daemon.fleet.destroy(Sample.key)
        #expect(try await next(heard, "the end") == nil)
        try await reading.value
    }
}
