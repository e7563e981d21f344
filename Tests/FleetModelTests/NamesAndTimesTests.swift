import FleetModel
import Testing

@Suite("Names and times")
struct NamesAndTimesTests {
    @Test("names that DNS, files and Kubernetes take", arguments: ["a", "hello", "my-app2"])
    func goodNames(name: String) {
        #expect(DNSLabel.problem(with: name) == nil)
    }

    @Test(
        "names that they do not take",
        arguments: ["", "-a", "a-", "1a", "Hello", "a_b", "a.b", "../etc", "ä", String(repeating: "a", count: 41)])
    func badNames(name: String) {
        #expect(DNSLabel.problem(with: name) != nil)
    }

    @Test("a moment as RFC 3339 writes it")
    func moments() {
        #expect(Timestamp(rfc3339: "1970-01-01T00:00:00Z".utf8)?.milliseconds == 0)
        #expect(Timestamp(rfc3339: "2026-11-23T06:18:00.123456Z".utf8)?.milliseconds == 1_795_414_680_123)
        #expect(Timestamp(rfc3339: "2024-02-29T23:59:59.9Z".utf8)?.milliseconds == 1_709_251_199_900)
        for text in ["", "2026", "2026-11-23 06:18", "2026-13-01T00:00:00Z", "2026-11-23T06:18:00+01:00"] {
            #expect(Timestamp(rfc3339: text.utf8) == nil)
        }
    }
}
