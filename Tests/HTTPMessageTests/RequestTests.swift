import HTTPMessage
import NIOCore
import TestSupport
import Testing

@Suite("Requests")
struct RequestTests {
    private static let requests: [(String, Taken)] = [
        (
            "GET / HTTP/1.1\r\nHost: Hello.LOCALHOST:8080\r\n\r\n",
            Taken(line: "GET /", host: "hello.localhost", body: "", rest: "")
        ),
        (
            "\r\nPOST /a?b=c HTTP/1.1\r\nhost:x.\r\nContent-Length:  5 \r\n\r\nhelloGET",
            Taken(line: "POST /a?b=c", host: "x", body: "hello", rest: "GET")
        ),
        (
            "PUT /x HTTP/1.1\r\nHost: [::1]:80\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0A\r\n 0123456 8\r\n0\r\nX: y\r\n\r\nrest",
            Taken(line: "PUT /x", host: "[::1]", body: "hello 0123456 8", rest: "rest")
        ),
        ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", Taken(line: "OPTIONS *", host: "x", body: "", rest: "")),
        (
            "GET http://Shop.example:81/a?b HTTP/1.1\r\nHost: other\r\n\r\n",
            Taken(line: "GET /a?b", host: "shop.example", body: "", rest: "")
        ),
        ("GET / HTTP/1.0\r\n\r\n", Taken(line: "GET /", host: "", body: "", rest: "")),
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\nGET /",
            Taken(line: "POST /", host: "x", body: "", rest: "GET /")
        ),
    ]

    @Test("each is taken as it is meant, in whatever two pieces it comes, and octet by octet", arguments: requests)
    func pieces(text: String, expected: Taken) throws {
        let octets = Array(text.utf8)
        for cut in 0...octets.count {
            #expect(try take([Array(octets[..<cut]), Array(octets[cut...])]) == expected, "cut at \(cut)")
        }
        #expect(try take(octets.map { [$0] }) == expected)
    }

    @Test("what a proxy has to know of a head")
    func meaning() throws {
        let request = try head(
            """
            GET /chat?x HTTP/1.1\r
            Host: hello.localhost\r
            Connection: keep-alive, Upgrade, x-own\r
            Upgrade: WebSocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            X-Own: 1\r
            X-Forwarded-For: 1.2.3.4\r
            Forwarded: for=1.2.3.4\r
            X-Request-Id: abc\r
            TE: trailers\r
            Cookie: a=b\r
            \r\n
            """)
        #expect(request.opensWebSocket && request.keepsAlive && request.method == .get)
        #expect(request.text(request.path) == "/chat")
        let roles = request.fields.map { "\(request.text($0.name)) \($0.role)" }
        #expect(
            roles == [
                "Host host", "Connection hopByHop", "Upgrade hopByHop", "Sec-WebSocket-Version endToEnd",
                "Sec-WebSocket-Key endToEnd", "X-Own hopByHop", "X-Forwarded-For forwarding", "Forwarded forwarding",
                "X-Request-Id requestID", "TE hopByHop", "Cookie endToEnd",
            ])
        #expect(request.value(of: "cookie") == "a=b")
    }

    @Test("an upgrade to something else than WebSocket is not taken, and not passed on")
    func h2c() throws {
        let request = try head(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
        )
        #expect(!request.opensWebSocket)
        #expect(request.fields.filter { $0.role == .endToEnd }.isEmpty)
    }

    @Test(
        "whether the connection goes on (RFC 9112, 9.3)",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true), ("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false),
            ("GET / HTTP/1.0\r\nHost: x\r\n\r\n", false),
            ("GET / HTTP/1.0\r\nHost: x\r\nConnection: Keep-Alive\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", false),
        ])
    func keepsAlive(text: String, expected: Bool) throws {
        #expect(try head(text).keepsAlive == expected)
    }

    @Test("what two servers might read differently is refused", arguments: SmugglingCorpus.all + SmugglingCorpus.lateBodies)
    func smuggling(entry: SmugglingCorpus.Entry) throws {
        let octets = Array(entry.text.utf8)
        for pieces in [[octets], octets.map { [$0] }] {
            let problem = #expect(throws: HTTPProblem.self) { try take(pieces) }
            #expect(problem?.status == entry.status, "\(problem?.reason ?? "")")
        }
    }

    @Test("a head that comes octet by octet is searched once")
    func linear() throws {
        let text = "GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "a", count: 30_000))\r\n\r\n"
        var parser = RequestHeadParser()
        var buffer = ByteBuffer()
        var found: RequestHead?
        for octet in text.utf8 {
            buffer.writeInteger(octet)
            found = try parser.parse(&buffer)
        }
        #expect(found?.fields.count == 2)
    }

    @Test("200,000 mutated heads: none crashes, and what is accepted is whole")
    func fuzz() throws {
        var generator = Seeded(20_261_123)
        let seeds =
            Self.requests.map { Array($0.0.utf8) }
            + SmugglingCorpus.all.filter { $0.text.utf8.count < 400 }.map { Array($0.text.utf8) }
        let special: [UInt8] = [0, 9, 10, 13, 32, 35, 44, 58, 59, 64, 127, 128, 255, 48, 53]
        var accepted = 0
        for _ in 0..<200_000 {
            var octets = seeds.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !octets.isEmpty {
                let place = Int.random(in: 0..<octets.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: octets[place] = special.randomElement(using: &generator) ?? 0
                case 1: octets.insert(special.randomElement(using: &generator) ?? 0, at: place)
                case 2: octets.remove(at: place)
                default: octets[place] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            var parser = RequestHeadParser()
            var buffer = ByteBuffer(bytes: octets)
            guard let request = try? parser.parse(&buffer) else { continue }
            accepted += 1
            try Self.check(request)
        }
        #expect(accepted > 1_000)
    }

    /// What holds for every head that is accepted.
    private static func check(_ request: RequestHead) throws {
        let text = String(decoding: request.octets.readableBytesView, as: UTF8.self)
        try #require(request.version == .http10 || !request.host.isEmpty, "\(text.debugDescription)")
        try #require(request.octets.readableBytesView.suffix(4).elementsEqual("\r\n\r\n".utf8))
        var end = request.fields.first.map { Int($0.line.start) } ?? 0
        for field in request.fields {
            // Lines lie end to end, so that nothing between them is passed on unseen.
            try #require(Int(field.line.start) == end && field.name.count > 0)
            end = Int(field.line.end)
            let value = request.octets.getBytes(
                at: request.octets.readerIndex + Int(field.value.start), length: field.value.count)
            try #require(value?.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 } == true)
        }
        let lengths = request.fields.filter { $0.role == .framing }
        try #require(lengths.count <= 1)
    }
}
