import TestSupport

/// Further requests of the kind of ``SmugglingCorpus``, for the parser alone: the finer points of each grammar.
enum SmugglingTricks {
    /// A name, what is sent, and the status that it is refused with.
    struct Entry: Sendable, CustomStringConvertible {
        let name: String
        let text: String
        let status: Int

        init(_ name: String, _ text: String, _ status: Int = 400) {
            self.name = name
            self.text = text
            self.status = status
        }

        var description: String { name }
    }

    /// The corpus that is sent to the whole entrance too.
    static let corpus = (SmugglingCorpus.all + SmugglingCorpus.lateBodies).map { Entry($0.name, $0.text, $0.status) }

    private static func asked(_ line: String, _ fields: String = "Host: hello.localhost\r\n") -> String {
        "\(line)\r\n\(fields)\r\n"
    }

    private static func named(_ host: String) -> String { asked("GET / HTTP/1.1", "Host: \(host)\r\n") }

    private static func sent(_ fields: String, _ body: String = "0\r\n\r\n") -> String {
        "POST / HTTP/1.1\r\nHost: hello.localhost\r\n\(fields)\r\n\r\n\(body)"
    }

    private static func chunked(_ body: String) -> String { sent("Transfer-Encoding: chunked", body) }

    static let lengths: [Entry] = [
        Entry("a length in quotes", sent("Content-Length: \"5\"", "hello")),
        Entry("a length with an exponent", sent("Content-Length: 5e0", "hello")),
        Entry("a length with a point", sent("Content-Length: 5.0", "hello")),
        Entry("a length with an underscore", sent("Content-Length: 1_0", "hello")),
        Entry("a length behind a vertical tab", sent("Content-Length: \u{0B}5", "hello")),
        Entry("a length before a form feed", sent("Content-Length: 5\u{0C}", "hello")),
        Entry("a length behind a no-break space", sent("Content-Length: \u{A0}5", "hello")),
        Entry("a length over 64 bits", sent("Content-Length: 18446744073709551621", "hello")),
        Entry("a length in the next line", sent("Content-Length:\r\n 5", "hello")),
        Entry("a length that is none beside a coding", sent("Content-Length: x\r\nTransfer-Encoding: chunked")),
        Entry("a length of 0 beside a coding", sent("Content-Length: 0\r\nTransfer-Encoding: chunked")),
        Entry("lengths of 0 and 5", sent("Content-Length: 0\r\nContent-Length: 5", "hello")),
    ]

    static let codings: [Entry] = [
        Entry("chunked and a comma", sent("Transfer-Encoding: chunked,")),
        Entry("a comma and chunked", sent("Transfer-Encoding: ,chunked")),
        Entry("chunked, then identity", sent("Transfer-Encoding: chunked, identity")),
        Entry("chunked with a Kelvin sign", sent("Transfer-Encoding: chun\u{212A}ed")),
        Entry("a coding's name with a long s", sent("Tran\u{017F}fer-Encoding: chunked")),
        Entry("a NUL in a coding's name", sent("Transfer-Encoding\0: chunked")),
        Entry("a coding behind a bare carriage return", sent("X: y\rTransfer-Encoding: chunked")),
        Entry("a coding behind a bare line feed", sent("X: y\nTransfer-Encoding: chunked")),
        Entry("a coding's colon in the next line", sent("Transfer-Encoding\r\n: chunked")),
        Entry("a coding behind a space", sent("X: y\r\n Transfer-Encoding: chunked")),
        Entry("gzip alone", sent("Transfer-Encoding: gzip")),
        Entry(
            "a coding and a length in HTTP/1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    ]

    static let lines: [Entry] = [
        Entry("HTTP/0.9", "GET /\r\n\r\n"), Entry("no target", asked("GET HTTP/1.1")), Entry("a method alone", asked("GET")),
        Entry("a field before the request line", "Host: hello.localhost\r\nGET / HTTP/1.1\r\n\r\n"),
        Entry("an octet of an empty line first", "\rGET / HTTP/1.1\r\n\r\n"),
        Entry("a line feed first", "\n" + asked("GET / HTTP/1.1")),
        Entry("a byte order mark first", "\u{FEFF}" + asked("GET / HTTP/1.1")),
        Entry("a NUL in the target", asked("GET /\0 HTTP/1.1")), Entry("a DEL in the target", asked("GET /\u{7F} HTTP/1.1")),
        Entry("a tab in the target", asked("GET /\ta HTTP/1.1")), Entry("a version with a letter", asked("GET / HTTP/1.x")),
        Entry("a version with a comma", asked("GET / HTTP/1,1")), Entry("a version with a zero", asked("GET / HTTP/01.1")),
        Entry("a version with a sign", asked("GET / HTTP/+1.1")), Entry("a version alone", asked("GET / HTTP/")),
        Entry("another protocol", asked("GET / ICAP/1.0")), Entry("HTTP/0.9 that says so", asked("GET / HTTP/0.9"), 505),
        Entry("HTTP/3.0", asked("GET / HTTP/3.0"), 505), Entry("CONNECT in lower case", asked("connect a:443 HTTP/1.1"), 501),
        Entry("CONNECT to a path", asked("CONNECT / HTTP/1.1"), 501),
        Entry("a line of a space alone", asked("GET / HTTP/1.1", "Host: hello.localhost\r\n \r\n")),
        Entry("a fold by a tab", asked("GET / HTTP/1.1", "Host: hello.localhost\r\nX: a\r\n\tb\r\n")),
        Entry("an ESC in a value", asked("GET / HTTP/1.1", "Host: hello.localhost\r\nX: \u{1B}[0m\r\n")),
        Entry("a name in brackets", asked("GET / HTTP/1.1", "Host: hello.localhost\r\n[X]: y\r\n")),
        Entry("a request line without an end", "GET /" + String(repeating: "a", count: 40_000), 431),
        Entry("a letter and a line feed for an empty line", "GET / HTTP/1.1\r\nHost: a\r\nX\n"),
        Entry("a space and a line feed for an empty line", "GET / HTTP/1.1\r\nHost: a\r\n \n"),
        Entry("a hundred and one fields", asked("GET / HTTP/1.1", "Host: a\r\n" + String(repeating: "X:\r\n", count: 100)), 431),
    ]

    static let targets: [Entry] = [
        Entry("a target that is an authority", asked("GET hello.localhost:80 HTTP/1.1")),
        Entry("a target that is a query", asked("GET ?a HTTP/1.1")), Entry("a URL of one slash", asked("GET http:/a HTTP/1.1")),
        Entry("a URL without a host", asked("GET http:///a HTTP/1.1")),
        Entry("a URL without anything", asked("GET http:// HTTP/1.1")),
        Entry("a URL with a query behind its host", asked("GET http://a?b HTTP/1.1")),
        Entry("a URL with a password", asked("GET http://u:p@a/ HTTP/1.1")),
        Entry("a URL with a backslash", asked(#"GET http://a\@b/ HTTP/1.1"#)),
        Entry("a URL with a bad port", asked("GET http://a:x/ HTTP/1.1")),
        Entry("a URL with two ports", asked("GET http://a:1:2/ HTTP/1.1")),
        Entry("a URL with a fragment", asked("GET http://a/#b HTTP/1.1")),
        Entry("a URL with half an address", asked("GET http://[::1/ HTTP/1.1")),
        Entry("a URL with an escaped host", asked("GET http://%61/ HTTP/1.1")),
        Entry("a URL and no Host", asked("GET http://a/ HTTP/1.1", "")),
        Entry("a URL and a bad Host", asked("GET http://a/ HTTP/1.1", "Host: a b\r\n")),
        Entry("a star with a query", asked("OPTIONS *?a HTTP/1.1")), Entry("a scheme alone", asked("GET https:a HTTP/1.1")),
    ]

    static let hosts: [Entry] = [
        Entry("a Host with a port over 16 bits", named("a:65536")), Entry("a Host with a port of six digits", named("a:000080")),
        Entry("a Host with two ports", named("a:80:80")), Entry("a Host with a negative port", named("a:-1")),
        Entry("a Host that is a port", named(":80")), Entry("a Host that is an address without brackets", named("::1")),
        Entry("a Host with something behind its address", named("[::1]x")),
        Entry("a Host with letters in its address", named("[::g]")),
        Entry("a Host with a zone", named("[fe80::1%25eth0]")), Entry("a Host with empty brackets", named("[]")),
        Entry("a Host with two brackets", named("[::1]]")), Entry("a Host with escapes", named("%61")),
        Entry("a Host with an umlaut", named("h\u{00E4}llo")), Entry("a Host with a query", named("a?b")),
        Entry("a Host with a fragment", named("a#b")), Entry("a Host with a backslash", named(#"a\b"#)),
        Entry("a Host with a tab", named("a\tb")), Entry("a Host of 256 octets", named(String(repeating: "a", count: 256))),
        Entry("a Host with a scheme", named("http://a")),
        Entry("two Hosts in HTTP/1.0", asked("GET / HTTP/1.0", "Host: a\r\nHost: b\r\n")),
        Entry("an empty Host in HTTP/1.0", asked("GET / HTTP/1.0", "Host:\r\n")),
        Entry("a Host behind a space before its colon", asked("GET / HTTP/1.1", "Host : a\r\n")),
    ]

    static let connections: [Entry] =
        [
            "transfer-encoding", "authorization", "content-type", "content-encoding", "sec-websocket-key", "expect", "forwarded",
            "x-real-ip", "x-request-id", "x-forwarded-proto", "X-FORWARDED-HOST", "close, Host", "keep-alive,Content-Length",
        ].map { Entry("a Connection: \($0)", asked("GET / HTTP/1.1", "Host: a\r\nConnection: \($0)\r\n")) } + [
            Entry("a Connection with a space in a name", asked("GET / HTTP/1.1", "Host: a\r\nConnection: a b\r\n")),
            Entry("a Connection with quotes", asked("GET / HTTP/1.1", "Host: a\r\nConnection: \"close\"\r\n")),
            Entry(
                "a Connection with many names",
                asked("GET / HTTP/1.1", "Host: a\r\nConnection: \(String(repeating: "x,", count: 17))\r\n")),
            Entry("an Expect of two", asked("GET / HTTP/1.1", "Host: a\r\nExpect: 100-continue, x\r\n"), 417),
            Entry("an empty Expect", asked("GET / HTTP/1.1", "Host: a\r\nExpect:\r\n"), 417),
        ]

    private static func upgrade(_ key: String, connection: String = "Upgrade", versions: String = "Sec-WebSocket-Version: 13\r\n")
        -> String
    {
        let fields = "Host: a\r\nConnection: \(connection)\r\nUpgrade: websocket\r\n\(versions)Sec-WebSocket-Key: \(key)\r\n"
        return asked("GET / HTTP/1.1", fields)
    }

    static let upgrades: [Entry] = [
        Entry("a WebSocket whose key has no padding", upgrade("dGhlIHNhbXBsZSBub25jZQab")),
        Entry("a WebSocket whose key has a character that it cannot have", upgrade("dGhlIHNhbXBsZSBub2_jZQ==")),
        Entry("a WebSocket whose key is too long", upgrade("dGhlIHNhbXBsZSBub25jZQAAAA==")),
        Entry("a WebSocket with an empty key", upgrade("")),
        Entry("a WebSocket that closes alone", upgrade("dGhlIHNhbXBsZSBub25jZQ==", connection: "close")),
        Entry(
            "a WebSocket of two versions",
            upgrade("dGhlIHNhbXBsZSBub25jZQ==", versions: "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Version: 13\r\n")),
        Entry(
            "a WebSocket of a list of versions", upgrade("dGhlIHNhbXBsZSBub25jZQ==", versions: "Sec-WebSocket-Version: 13, 8\r\n")
        ),
        Entry(
            "a WebSocket whose key is nominated", upgrade("dGhlIHNhbXBsZSBub25jZQ==", connection: "Upgrade, Sec-WebSocket-Key")),
    ]

    static let bodies: [Entry] = [
        Entry("a chunk size that is no number", chunked("x\r\n")),
        Entry("a chunk size of 16 digits", chunked("0000000000000005\r\nhello\r\n0\r\n\r\n")),
        Entry("a chunk extension behind a space", chunked("5 ;a\r\nhello\r\n0\r\n\r\n")),
        Entry("a chunk extension with a line feed", chunked("5;a\nhello\r\n0\r\n\r\n")),
        Entry("a chunk size with a NUL", chunked("5\0\r\nhello\r\n0\r\n\r\n")),
        Entry("an empty line before a chunk", chunked("\r\n5\r\nhello\r\n0\r\n\r\n")),
        Entry("no line end after a chunk", chunked("5\r\nhello0\r\n\r\n")),
        Entry("two line ends after a chunk", chunked("5\r\nhello\r\n\r\n0\r\n\r\n")),
        Entry("a bare carriage return after a chunk", chunked("5\r\nhello\r0\r\n\r\n")),
        Entry("a last chunk with line feeds alone", chunked("0\n\n")),
        Entry("a line feed after the last chunk", chunked("0\r\n\n")),
        Entry("a request in place of trailers", chunked("0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")),
        Entry("a letter and a line feed after a chunk", chunked("5\r\nhelloX\n0\r\n\r\n")),
        Entry("a letter and a line feed for the end of trailers", chunked("0\r\nX\n")),
        Entry("a trailer that is a coding", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n")),
        Entry("a trailer that is an origin", chunked("0\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n")),
        Entry("a trailer that is an Expect", chunked("0\r\nExpect: 100-continue\r\n\r\n")),
        Entry("a trailer with a space before its colon", chunked("0\r\nX : y\r\n\r\n")),
        Entry("a trailer without a name", chunked("0\r\n: y\r\n\r\n")),
        Entry("a trailer with a NUL", chunked("0\r\nX: \0\r\n\r\n")),
        Entry("a folded first trailer", chunked("0\r\n X: y\r\n\r\n")),
        Entry("thirty-three trailers", chunked("0\r\n\(String(repeating: "X: y\r\n", count: 33))\r\n"), 431),
        Entry("trailers without an end", chunked("0\r\nX: \(String(repeating: "y", count: 9_000))"), 431),
    ]

    static let otherProtocols: [Entry] = [
        Entry("SOCKS 4", "\u{04}\u{01}\0P"), Entry("SOCKS 5", "\u{05}\u{01}\0"), Entry("PostgreSQL", "\0\0\0\u{08}\u{04}"),
        Entry("MQTT", "\u{10}\u{0C}\0\u{04}MQTT"), Entry("SSH", "SSH-2.0-OpenSSH_9.6\r\n\r\n"), Entry("SMTP", "EHLO a\r\n\r\n"),
        Entry("PROXY protocol", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n\(asked("GET / HTTP/1.1"))"),
        Entry("PROXY protocol, version 2", "\r\n\r\n\0\r\nQUIT\n"),
        Entry("RTSP", "OPTIONS rtsp://a/b RTSP/1.0\r\nCSeq: 1\r\n\r\n"),
    ]

    static let all =
        corpus + lengths + codings + lines + targets + hosts + connections + upgrades + bodies + otherProtocols
}
