import HTTPMessage
import NIOCore
import Testing

@Suite("Good heads")
struct GoodHeadTests {
    /// Everything that is told of a conversation, in one line of a failure.
    private static func told(_ conversation: Conversation) -> [ReadRequest] {
        if let refusal = conversation.refusal { Issue.record("refused: \(refusal.reason)") }
        return conversation.requests
    }

    @Test("a request is read as it is meant, and what follows is left", arguments: GoodHeads.all)
    func read(entry: GoodHeads.Entry) {
        var conversation = Conversation()
        conversation.hear(Array("\(entry.text)GET".utf8))
        #expect(Self.told(conversation) == [entry.read])
        #expect(conversation.current == nil && conversation.rest == Array("GET".utf8))
    }

    @Test("wherever a request is cut in two, it is read the same, and not before its end has come", arguments: GoodHeads.all)
    func cut(entry: GoodHeads.Entry) {
        let octets = Array(entry.text.utf8)
        for end in cuts(octets.count) {
            var conversation = Conversation()
            conversation.hear(octets[..<end])
            #expect(conversation.requests.isEmpty || end == octets.count, "cut at \(end)")
            conversation.hear(octets[end...])
            #expect(Self.told(conversation) == [entry.read], "cut at \(end)")
        }
    }

    @Test("requests that come octet by octet over one connection are read one after another")
    func pipeline() {
        var conversation = Conversation()
        for octet in GoodHeads.all.flatMap({ Array($0.text.utf8) }) { conversation.hear(CollectionOfOne(octet)) }
        #expect(Self.told(conversation) == GoodHeads.all.map(\.read))
        #expect(conversation.rest.isEmpty)
    }

    @Test("requests that come at once are read one after another")
    func burst() {
        var conversation = Conversation()
        conversation.hear(GoodHeads.all.flatMap { Array($0.text.utf8) })
        #expect(Self.told(conversation) == GoodHeads.all.map(\.read))
    }

    @Test("the octets of a head are those that came, wherever they lay in the buffer")
    func octets() throws {
        let text = "GET /a HTTP/1.1\r\nHost: a\r\nX-Y: z\r\n\r\n"
        var buffer = ByteBuffer(string: "before\(text)after")
        buffer.moveReaderIndex(forwardBy: 6)
        var parser = RequestHeadParser()
        let head = try #require(try parser.parse(&buffer))
        #expect(String(buffer: head.octets) == text)
        #expect(String(buffer: buffer) == "after")
        #expect(head.fields.map { head.text($0.line) } == ["Host: a\r\n", "X-Y: z\r\n"])
        #expect(head.value(of: "x-y") == "z" && head.value(of: "x-z") == nil)
    }

    @Test("methods are known by their own spelling, and those that change nothing twice are")
    func methods() throws {
        let known: [(String, RequestMethod, Bool)] = [
            ("GET", .get, true), ("HEAD", .head, true), ("POST", .post, false), ("PUT", .put, true), ("DELETE", .delete, true),
            ("OPTIONS", .options, true), ("PATCH", .patch, false), ("post", .other, false), ("GETS", .other, false),
        ]
        for (text, method, isIdempotent) in known {
            let read = try head("\(text) / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(read.method == method && read.method.isIdempotent == isIdempotent, "\(text)")
        }
    }
}
