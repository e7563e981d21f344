import HTTPMessage
import Testing

@Suite("Smuggling")
struct SmugglingTests {
    @Test(
        "an entry is refused with its status wherever it is cut in two, and no request is taken from it",
        arguments: SmugglingTricks.all)
    func refused(entry: SmugglingTricks.Entry) {
        let octets = Array(entry.text.utf8)
        for end in cuts(octets.count) {
            var conversation = Conversation()
            conversation.hear(octets[..<end])
            conversation.hear(octets[end...])
            #expect(
                conversation.refusal?.status == entry.status, "cut at \(end): \(conversation.refusal?.reason ?? "not refused")")
            #expect(conversation.requests.isEmpty, "cut at \(end)")
        }
    }

    @Test(
        "an entry that comes octet by octet is refused for the same reason as when it comes whole", arguments: SmugglingTricks.all
    )
    func octets(entry: SmugglingTricks.Entry) {
        var (whole, slow) = (Conversation(), Conversation())
        whole.hear(Array(entry.text.utf8))
        for octet in entry.text.utf8 { slow.hear(CollectionOfOne(octet)) }
        #expect(slow.refusal == whole.refusal)
    }

    @Test("after a good request on the same connection an entry is refused as well", arguments: SmugglingTricks.all)
    func second(entry: SmugglingTricks.Entry) {
        var conversation = Conversation()
        conversation.hear(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxx\(entry.text)".utf8))
        #expect(conversation.refusal?.status == entry.status)
        #expect(conversation.requests.map(\.body) == [Array("xx".utf8)])
    }

    @Test("each entry has a name of its own and a trick of its own")
    func distinct() {
        #expect(Set(SmugglingTricks.all.map(\.name)).count == SmugglingTricks.all.count)
        #expect(Set(SmugglingTricks.all.map(\.text)).count == SmugglingTricks.all.count)
    }

    @Test("a reason never has anything of the message in it")
    func reasons() {
        for entry in SmugglingTricks.all {
            var conversation = Conversation()
            conversation.hear(Array(entry.text.utf8))
            let reason = conversation.refusal?.reason ?? ""
            #expect(!reason.isEmpty && !reason.contains("localhost") && reason.allSatisfy { $0.isASCII && !$0.isNewline })
        }
    }
}
