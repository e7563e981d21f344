/// Requests that two servers might read differently, or that no client in its right mind sends. None may reach a replica.
package enum SmugglingCorpus {
    /// A name, what is sent, and the status that it is refused with.
    package struct Entry: Sendable, CustomStringConvertible {
        package let name: String
        package let text: String
        package let status: Int

        init(_ name: String, _ text: String, _ status: Int = 400) {
            self.name = name
            self.text = text
            self.status = status
        }

        package var description: String { name }
    }

    private static let host = "Host: hello.localhost\r\n"
    private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: hello.localhost\r\n\r\n"

    private static func post(_ fields: String, _ body: String = "") -> String {
        "POST / HTTP/1.1\r\n\(host)\(fields)\r\n\(body)"
    }

    private static func get(_ fields: String) -> String { "GET / HTTP/1.1\r\n\(host)\(fields)\r\n" }

    package static let lengths: [Entry] = [
        Entry("both lengths", post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + smuggled)),
        Entry("both lengths, the other way round", post("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", "0\r\n\r\nG")),
        Entry("two different lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!")),
        Entry("two equal lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")),
        Entry("a list of lengths", post("Content-Length: 5, 5\r\n", "hello")),
        Entry("a negative length", post("Content-Length: -1\r\n")),
        Entry("a length with a plus", post("Content-Length: +5\r\n", "hello")),
        Entry("a hexadecimal length", post("Content-Length: 0x5\r\n", "hello")),
        Entry("a length with a space in it", post("Content-Length: 1 0\r\n", "hello")),
        Entry("an empty length", post("Content-Length: \r\n", "hello")),
        Entry("a length over 63 bits", post("Content-Length: 9223372036854775808\r\n")),
        Entry("a length of 30 digits", post("Content-Length: 000000000000000000000000000005\r\n", "hello")),
        Entry("a length with a letter", post("Content-Length: 5a\r\n", "hello")),
        Entry("a length in other digits", post("Content-Length: \u{0665}\r\n", "hello")),
    ]

    package static let codings: [Entry] = [
        Entry("two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        Entry("chunked and identity", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")),
        Entry("identity alone", post("Transfer-Encoding: identity\r\n", smuggled)),
        Entry("a list of codings", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
        Entry("chunked twice in a list", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
        Entry("xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
        Entry("chunked with a parameter", post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n")),
        Entry("chunked in quotes", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")),
        Entry("chunked behind a vertical tab", post("Transfer-Encoding: \u{0B}chunked\r\n", "0\r\n\r\n")),
        Entry("a space before the colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
        Entry("a tab before the colon", post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n")),
        Entry("an empty coding", post("Transfer-Encoding: \r\n", "0\r\n\r\n")),
        Entry("a coding in HTTP/1.0", "POST / HTTP/1.0\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ]

    package static let lines: [Entry] = [
        Entry("a bare line feed after the request line", "GET / HTTP/1.1\n\(host)\r\n"),
        Entry("a bare line feed after a field", "GET / HTTP/1.1\r\nHost: hello.localhost\nX: y\r\n\r\n"),
        Entry("bare line feeds at the end", "GET / HTTP/1.1\r\n\(host)\n"),
        Entry("a bare carriage return in a value", get("X: a\rb\r\n")),
        Entry("a bare carriage return before a field", get("\rTransfer-Encoding: chunked\r\n")),
        Entry("a bare carriage return in the request line", "GET /\r HTTP/1.1\r\n\(host)\r\n"),
        Entry("two carriage returns", get("X: a\r\r\n")),
        Entry("a folded field", get("X: a\r\n b\r\n")),
        Entry("a folded coding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
        Entry("a folded first field", "GET / HTTP/1.1\r\n \(host)\r\n"),
        Entry("a NUL in a value", get("X: a\0b\r\n")),
        Entry("a NUL in a name", get("X\0Y: b\r\n")),
        Entry("a DEL in a value", get("X: \u{7F}\r\n")),
        Entry("a field without a name", get(": x\r\n")),
        Entry("a field without a colon", get("nothing\r\n")),
        Entry("a name with a space", get("X Y: z\r\n")),
        Entry("a name in quotes", get("\"X\": z\r\n")),
        Entry("a name with an umlaut", get("X\u{00E4}: z\r\n")),
        Entry("two empty lines first", "\r\n\r\n" + get("")),
        Entry("a space first", " " + get("")),
    ]

    package static let requestLines: [Entry] = [
        Entry("no version", "GET /\r\n\(host)\r\n"),
        Entry("two spaces", "GET  / HTTP/1.1\r\n\(host)\r\n"),
        Entry("a space at the end", "GET / HTTP/1.1 \r\n\(host)\r\n"),
        Entry("a tab between", "GET\t/ HTTP/1.1\r\n\(host)\r\n"),
        Entry("a space in the target", "GET /a b HTTP/1.1\r\n\(host)\r\n"),
        Entry("a fragment in the target", "GET /a#b HTTP/1.1\r\n\(host)\r\n"),
        Entry("an octet over 127 in the target", "GET /\u{00E4} HTTP/1.1\r\n\(host)\r\n"),
        Entry("a target without a slash", "GET a HTTP/1.1\r\n\(host)\r\n"),
        Entry("a star that is no OPTIONS", "GET * HTTP/1.1\r\n\(host)\r\n"),
        Entry("userinfo in the target", "GET http://user@hello.localhost/ HTTP/1.1\r\n\(host)\r\n"),
        Entry("another scheme", "GET ftp://hello.localhost/ HTTP/1.1\r\n\(host)\r\n"),
        Entry("a method that is none", "G(T / HTTP/1.1\r\n\(host)\r\n"),
        Entry("a version in lower case", "GET / http/1.1\r\n\(host)\r\n"),
        Entry("HTTP/1.2", "GET / HTTP/1.2\r\n\(host)\r\n", 505),
        Entry("HTTP/2.0", "GET / HTTP/2.0\r\n\(host)\r\n", 505),
        Entry("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        Entry("HTTP/1.10", "GET / HTTP/1.10\r\n\(host)\r\n"),
        Entry("CONNECT", "CONNECT hello.localhost:80 HTTP/1.1\r\n\(host)\r\n", 501),
        Entry("a handshake of TLS", "\u{16}\u{03}\u{01}\u{02}"),
        Entry("a target over its limit", "GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\n\(host)\r\n", 414),
        Entry("a head over its limit", get("X: \(String(repeating: "a", count: 40_000))\r\n"), 431),
        Entry("a head without an end", "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 40_000), 431),
        Entry("fields over their limit", get(String(repeating: "X: y\r\n", count: 200)), 431),
    ]

    package static let hosts: [Entry] = [
        Entry("no Host", "GET / HTTP/1.1\r\n\r\n"),
        Entry("two Hosts", get("Host: other.localhost\r\n")),
        Entry("two equal Hosts", get(host)),
        Entry("an empty Host", "GET / HTTP/1.1\r\nHost: \r\n\r\n"),
        Entry("a Host with a path", "GET / HTTP/1.1\r\nHost: hello.localhost/x\r\n\r\n"),
        Entry("a Host with userinfo", "GET / HTTP/1.1\r\nHost: user@hello.localhost\r\n\r\n"),
        Entry("a Host with a space", "GET / HTTP/1.1\r\nHost: hello localhost\r\n\r\n"),
        Entry("a list of Hosts", "GET / HTTP/1.1\r\nHost: hello.localhost, other\r\n\r\n"),
        Entry("a Host with a bad port", "GET / HTTP/1.1\r\nHost: hello.localhost:80x\r\n\r\n"),
        Entry("a Host that is half an address", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
        Entry("a Connection that takes Host away", get("Connection: host\r\n")),
        Entry("a Connection that takes the length away", post("Connection: content-length\r\nContent-Length: 1\r\n", "x")),
        Entry("a Connection that takes the cookie away", get("Cookie: a=b\r\nConnection: keep-alive, Cookie\r\n")),
        Entry("a Connection that takes the origin away", get("Origin: http://evil\r\nConnection: origin\r\n")),
        Entry("a Connection that takes X-Forwarded-For away", get("Connection: x-forwarded-for\r\n")),
        Entry("an Expect that nobody knows", post("Expect: 200-ok\r\nContent-Length: 1\r\n", "x"), 417),
    ]

    private static let webSocket =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    package static let upgrades: [Entry] = [
        Entry("a WebSocket by POST", post(webSocket)),
        Entry("a WebSocket with a body", get(webSocket + "Content-Length: 5\r\n") + "hello"),
        Entry("a WebSocket with a chunked body", get(webSocket + "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n"),
        Entry("a WebSocket in HTTP/1.0", "GET / HTTP/1.0\r\n\(host)\(webSocket)\r\n"),
        Entry("a WebSocket of version 8", get(webSocket.replacing("Version: 13", with: "Version: 8"))),
        Entry("a WebSocket without a version", get(webSocket.replacing("Sec-WebSocket-Version: 13\r\n", with: ""))),
        Entry("a WebSocket without a key", get(webSocket.replacing("Sec-WebSocket-Key", with: "X"))),
        Entry("a WebSocket with a short key", get(webSocket.replacing("dGhl", with: ""))),
        Entry("a WebSocket with two keys", get(webSocket + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")),
        Entry("a WebSocket without Connection", get(webSocket.replacing("Connection: Upgrade\r\n", with: ""))),
        Entry("a WebSocket beside h2c", get(webSocket.replacing("Upgrade: websocket", with: "Upgrade: websocket, h2c"))),
        Entry("a WebSocket and h2c in two fields", get(webSocket + "Upgrade: h2c\r\n")),
    ]

    private static func chunks(_ body: String) -> String { post("Transfer-Encoding: chunked\r\n", body) }

    package static let bodies: [Entry] = [
        Entry("a chunk extension", chunks("5;a=b\r\nhello\r\n0\r\n\r\n")),
        Entry("a chunk extension without a name", chunks("5;\r\nhello\r\n0\r\n\r\n")),
        Entry("a chunk extension on the last chunk", chunks("0;a\r\n\r\n")),
        Entry("a chunk size with a space after it", chunks("5 \r\nhello\r\n0\r\n\r\n")),
        Entry("a chunk size with a space before it", chunks(" 5\r\nhello\r\n0\r\n\r\n")),
        Entry("a chunk size with 0x", chunks("0x5\r\nhello\r\n0\r\n\r\n")),
        Entry("a chunk size with a sign", chunks("+5\r\nhello\r\n0\r\n\r\n")),
        Entry("a negative chunk size", chunks("-1\r\nhello\r\n0\r\n\r\n")),
        Entry("a chunk size with an underscore", chunks("1_0\r\nhello\r\n0\r\n\r\n")),
        Entry("a chunk size that overflows", chunks("10000000000000005\r\nhello\r\n0\r\n\r\n")),
        Entry("a chunk without a size", chunks("\r\nhello\r\n0\r\n\r\n")),
        Entry("a bare line feed after a chunk size", chunks("5\nhello\r\n0\r\n\r\n")),
        Entry("a bare carriage return after a chunk size", chunks("5\rhello\r\n0\r\n\r\n")),
    ]

    /// Those that are refused from their head, or the first octets of their body.
    package static let all = lengths + codings + lines + requestLines + hosts + upgrades + bodies

    /// Chunked bodies that go wrong after a first good chunk.
    package static let lateBodies: [Entry] = [
        Entry("a chunk that is longer than its size", chunks("5\r\nhello!\r\n0\r\n\r\n")),
        Entry("a bare line feed after a chunk", chunks("5\r\nhello\n0\r\n\r\n")),
        Entry("a trailer that is a length", chunks("5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n")),
        Entry("a trailer that is a host", chunks("5\r\nhello\r\n0\r\nHost: evil\r\n\r\n")),
        Entry("a trailer that is none", chunks("5\r\nhello\r\n0\r\nnothing\r\n\r\n")),
        Entry("a folded trailer", chunks("5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n")),
        Entry("a trailer with a bare line feed", chunks("5\r\nhello\r\n0\r\nX: a\n\r\n")),
        Entry("trailers over their limit", chunks("5\r\nhello\r\n0\r\nX: \(String(repeating: "a", count: 9_000))\r\n\r\n"), 431),
        Entry("a later chunk extension", chunks("5\r\nhello\r\n5;x\r\nhello\r\n0\r\n\r\n")),
    ]
}
