import FleetModel
import Foundation
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("the logs of replicas that are no more")
struct EndedLogTests {
    private let scratch: Scratch
    private let home: Home
    private let logs: EndedLogs

    init() throws {
        scratch = try Scratch()
        home = try Home(path: scratch.path)
        try home.prepare()
        logs = EndedLogs(home: home, key: Sample.key)
    }

    private func collect(_ name: String, process: String = "web", at second: Int64, _ files: [String: String]) throws {
        let replica = Sample.replica(name, process: process)
        for (file, text) in files { try scratch.write("replicas/default/\(name)/\(file)", text) }
        try logs.collect(
            replica, from: SlotDirectory(home: home, replica: replica), now: Timestamp(milliseconds: second * 1000))
    }

    @Test("they are moved with their rotated files, and nothing else of the folder")
    func kept() throws {
        try collect("hello-web-1-aaaaa", at: 5, ["log": "new\n", "log.1": "old\n", "log.x": "no\n", "state": "ended\n"])
        let entry = try #require(logs.entries().first)
        #expect(entry.replica == "hello-web-1-aaaaa" && entry.process == "web" && entry.node == "hello@127.94.0.11")
        #expect(entry.at == Timestamp(milliseconds: 5000))
        #expect(try FileManager.default.contentsOfDirectory(atPath: entry.folder).sorted() == ["log", "log.1"])
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/replicas/default/hello-web-1-aaaaa")
        #expect(left.sorted() == ["log.x", "state"])
        logs.removeAll()
        #expect(logs.entries().isEmpty)
    }

    @Test("a replica that wrote nothing leaves nothing")
    func silent() throws {
        try collect("hello-web-1-aaaaa", at: 5, ["log": ""])
        #expect(logs.entries().isEmpty)
    }

    @Test("of each process the last few are kept, and of an app not more than so many bytes")
    func bounded() throws {
        for number in 1...12 { try collect("hello-web-1-\(number)", at: Int64(number), ["log": "x\n"]) }
        try collect("hello-worker-1-a", process: "worker", at: 3, ["log": "x\n"])
        #expect(logs.entries().count { $0.process == "web" } == EndedLogs.mostOfProcess)
        #expect(logs.entries().contains { $0.process == "worker" })
        #expect(logs.entries().map(\.replica).first == "hello-web-1-12")
        #expect(!logs.entries().contains { $0.replica == "hello-web-1-1" || $0.replica == "hello-web-1-2" })
        // Sparse: as long as it says, without a disk full of it.
        let replica = Sample.replica("hello-web-1-large", process: "web")
        try scratch.write("replicas/default/hello-web-1-large/log", "x\n")
        truncate(scratch.path + "/replicas/default/hello-web-1-large/log", EndedLogs.mostBytes + 1)
        try logs.collect(
            replica, from: SlotDirectory(home: home, replica: replica), now: Timestamp(milliseconds: 100_000))
        #expect(logs.entries().map(\.replica) == ["hello-web-1-large"])
    }
}
