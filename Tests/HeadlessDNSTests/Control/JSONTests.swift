import Foundation
import JSONText
import Testing

@testable import HeadlessDNS

@Suite("JSON")
struct JSONTests {
    private func read(_ text: String) throws -> JSONValue {
        try JSONReader.read(Array(text.utf8))
    }

    @Test("each kind of value is read")
    func values() throws {
        let value = try read(#" {"a": [1, -2.5e1, true, false, null, "x\n\u00e9\ud83d\ude00\"\\\/"], "b": {}, "c": []} "#)
        #expect(
            value
                == .object([
                    "a": .array([.number(1), .number(-25), .bool(true), .bool(false), .null, .string("x\n\u{e9}\u{1F600}\"\\/")]),
                    "b": .object([:]), "c": .array([]),
                ]))
    }

    @Test(
        "what is no JSON is refused",
        arguments: [
            "", " ", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "[1 2]", "1 2", "tru", "\"", "\"\\x\"", "\"\\ud800\"",
            "\"\n\"",
            "\"\\u12\"", "--1", "1e999", "{\"a\":1,\"a\":2}", "nul", "[", "]", "+1", "'a'",
        ])
    func refused(text: String) {
        #expect(throws: JSONProblem.self) { try read(text) }
    }

    @Test("bytes that are no UTF-8 and too many levels are refused")
    func bounds() throws {
        #expect(throws: JSONProblem.self) { try JSONReader.read([0x22, 0xFF, 0x22]) }
        #expect(try read(String(repeating: "[", count: 64) + String(repeating: "]", count: 64)) != .null)
        let error = #expect(throws: JSONProblem.self) { try read(String(repeating: "[", count: 1_000_000)) }
        #expect(error?.problem == "no JSON: more than 64 levels at offset 65")
    }

    @Test("Foundation reads what we write of a zone, and we read what it writes")
    func foundation() throws {
        for zone in [Zones.demo, Zone(), Zones.many(30)] {
            #expect(try JSONDecoder().decode(Zone.self, from: Data(zone.json.bytes)) == zone)
            #expect(try Zone(JSONNode(JSONReader.read(Array(JSONEncoder().encode(zone))))) == zone)
        }
        let text = "quote \" backslash \\ newline \n control \u{1} \u{1f} é 😀"
        let ours = JSONValue.array([.string(text), .number(0.5), .integer(UInt32.max)])
        #expect(try JSONReader.read(ours.bytes) == ours)
        let theirs = try #require(JSONSerialization.jsonObject(with: Data(ours.bytes)) as? [Any])
        #expect(theirs[0] as? String == text)
        #expect(theirs[2] as? UInt32 == UInt32.max)
    }

    @Test("Foundation reads what we write of a status, and we read what it writes")
    func status() throws {
        var counters = QueryCounters()
        counters.udpQueries = 12
        counters.forwardingFailed = 3
        let status = NameServerStatus(
            pid: 7, version: "0.1", listeners: [.init(address: "127.88.0.1", port: 5_300)], origin: "cluster.local", serial: 9,
            uptimeSeconds: 1.25, counters: counters)
        #expect(try JSONDecoder().decode(NameServerStatus.self, from: Data(status.json.bytes)) == status)
        #expect(try NameServerStatus(JSONNode(JSONReader.read(Array(JSONEncoder().encode(status))))) == status)
    }

    @Test("a member of another kind is refused with its path")
    func paths() throws {
        let text = #"{"origin": "x", "serial": 1, "services": [{"name": "a", "namespace": 5}]}"#
        let error = #expect(throws: JSONProblem.self) { try Zone(JSONNode(read(text))) }
        #expect(error?.description == "services[0].namespace: a string is expected")
    }

    @Test("random changes to a zone's JSON are read or refused", arguments: 0..<4)
    func fuzz(seed: Int) {
        var generator = SeededGenerator(state: UInt64(seed))
        let bytes = Zones.demo.json.bytes
        var refused = 0
        for _ in 0..<2_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                changed[.random(in: 0..<changed.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            do throws(JSONProblem) {
                _ = try Zone(JSONNode(JSONReader.read(changed)))
            } catch {
                refused += 1
            }
        }
        #expect(refused > 500)
    }
}
