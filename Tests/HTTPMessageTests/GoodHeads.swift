import HTTPMessage

/// Requests that are accepted, and what is read of each.
enum GoodHeads {
    struct Entry: Sendable, CustomStringConvertible {
        let description: String
        let text: String
        let read: ReadRequest

        init(_ description: String, _ text: String, _ read: ReadRequest) {
            self.description = description
            self.text = text
            self.read = read
        }
    }

    private static let plain = ReadRequest("GET", "/", authority: "a", host: "a", fields: ["Host: a (host)"])

    private static func get(
        _ name: String, _ fields: String, _ read: [String], body: String = "", _ change: (inout ReadRequest) -> Void = { _ in }
    ) -> Entry {
        Entry(
            name, "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)",
            plain.with {
                $0.fields += read
                change(&$0)
            })
    }

    private static func line(_ line: String, _ method: String, _ target: String, path: String? = nil) -> Entry {
        Entry(
            line, "\(line)\r\nHost: a\r\n\r\n",
            ReadRequest(method, target, path: path, authority: "a", host: "a", fields: ["Host: a (host)"]))
    }

    static let lines: [Entry] = [
        line("GET / HTTP/1.1", "GET", "/"), line("HEAD /a HTTP/1.1", "HEAD", "/a"), line("PUT /a HTTP/1.1", "PUT", "/a"),
        line("DELETE /a HTTP/1.1", "DELETE", "/a"), line("PATCH /a HTTP/1.1", "PATCH", "/a"),
        line("PROPFIND /a HTTP/1.1", "PROPFIND", "/a"), line("M-SEARCH /a HTTP/1.1", "M-SEARCH", "/a"),
        line("get / HTTP/1.1", "get", "/"), line("OPTIONS * HTTP/1.1", "OPTIONS", "*"),
        line("GET /a?b=c&d=/e?f HTTP/1.1", "GET", "/a?b=c&d=/e?f", path: "/a"),
        line("GET /? HTTP/1.1", "GET", "/?", path: "/"), line("GET //a//b HTTP/1.1", "GET", "//a//b"),
        line("GET /%2e%2e/%00 HTTP/1.1", "GET", "/%2e%2e/%00"),
        line(#"GET /a|b"<c>{d}[e]^`\ HTTP/1.1"#, "GET", #"/a|b"<c>{d}[e]^`\"#),
        line("GET /http://b/ HTTP/1.1", "GET", "/http://b/"),
    ]

    private static func absolute(_ url: String, _ target: String, path: String? = nil, authority: String, host: String) -> Entry {
        Entry(
            url, "GET \(url) HTTP/1.1\r\nHost: other\r\n\r\n",
            ReadRequest("GET", target, path: path, authority: authority, host: host, fields: ["Host: other (host)"]))
    }

    static let absolutes: [Entry] = [
        absolute("http://b", "", authority: "b", host: "b"), absolute("http://b/", "/", authority: "b", host: "b"),
        absolute("HTTP://B.example:81/c?d", "/c?d", path: "/c", authority: "B.example:81", host: "b.example"),
        absolute("https://b./c", "/c", authority: "b.", host: "b"),
        absolute("http://[::1]:80/", "/", authority: "[::1]:80", host: "[::1]"),
        absolute("http://b/c:d@e", "/c:d@e", authority: "b", host: "b"),
    ]

    private static func named(_ value: String, _ host: String) -> Entry {
        Entry(
            "Host: \(value)", "GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n",
            ReadRequest("GET", "/", authority: value, host: host, fields: ["Host: \(value) (host)"]))
    }

    static let hosts: [Entry] = [
        named("a", "a"), named("A.Example", "a.example"), named("a.example.", "a.example"), named("a.example.:80", "a.example"),
        named("a:", "a"), named("a:0", "a"), named("a:65535", "a"), named("127.0.0.1:4000", "127.0.0.1"),
        named("[::1]", "[::1]"), named("[2001:DB8::1]:8080", "[2001:db8::1]"), named("[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]"),
        named("a_b-c~d.e", "a_b-c~d.e"), named(String(repeating: "a", count: 255), String(repeating: "a", count: 255)),
    ]

    static let fields: [Entry] = [
        get(
            "space around values is none of them", "X: \t y \t\r\nY:z\r\nZ:\r\n",
            ["X: y (endToEnd)", "Y: z (endToEnd)", "Z:  (endToEnd)"]),
        get("a value with a tab, a colon and an umlaut", "X: a\tb: \u{00E4}\r\n", ["X: a\tb: \u{00E4} (endToEnd)"]),
        get("a name of every kind of character", "!#$%&'*+-.^_`|~09aZ: y\r\n", ["!#$%&'*+-.^_`|~09aZ: y (endToEnd)"]),
        get("a field twice", "Cookie: a\r\nCookie: b\r\n", ["Cookie: a (endToEnd)", "Cookie: b (endToEnd)"]),
        get("close", "connection: CLOSE\r\n", ["connection: CLOSE (hopByHop)"]) { $0.keepsAlive = false },
        get("empty elements of a list", "Connection: , ,close,\r\n", ["Connection: , ,close, (hopByHop)"]) {
            $0.keepsAlive = false
        },
        get(
            "what Connection names", "x-a: 1\r\nConnection: X-A, x-b\r\nX-AB: 2\r\nX-C: 3\r\n",
            ["x-a: 1 (hopByHop)", "Connection: X-A, x-b (hopByHop)", "X-AB: 2 (endToEnd)", "X-C: 3 (endToEnd)"]),
        get(
            "what is between neighbours",
            "TE: trailers\r\nTrailer: x\r\nKeep-Alive: 5\r\nProxy-Connection: close\r\nProxy-Authorization: x\r\nUpgrade: h2c\r\n",
            [
                "TE: trailers (hopByHop)", "Trailer: x (hopByHop)", "Keep-Alive: 5 (hopByHop)",
                "Proxy-Connection: close (hopByHop)", "Proxy-Authorization: x (hopByHop)", "Upgrade: h2c (hopByHop)",
            ]),
        get(
            "where it says that it came from",
            "X-FORWARDED-FOR: 1\r\nX-Forwarded-Any: 2\r\nForwarded: 3\r\nX-Real-IP: 4\r\nX-Request-ID: 5\r\nX-Forwarded: 6\r\n",
            [
                "X-FORWARDED-FOR: 1 (forwarding)", "X-Forwarded-Any: 2 (forwarding)", "Forwarded: 3 (forwarding)",
                "X-Real-IP: 4 (forwarding)", "X-Request-ID: 5 (requestID)", "X-Forwarded: 6 (endToEnd)",
            ]),
        get(
            "a WebSocket",
            "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            [
                "Connection: keep-alive, Upgrade (hopByHop)", "Upgrade: WebSocket (hopByHop)",
                "Sec-WebSocket-Version: 13 (endToEnd)", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== (endToEnd)",
            ]
        ) { $0.opensWebSocket = true },
        Entry("one empty line first", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", plain),
    ]

    static let old: [Entry] = [
        Entry(
            "HTTP/1.0 without a Host", "GET / HTTP/1.0\r\n\r\n",
            ReadRequest("GET", "/", authority: nil, host: "", fields: []).with {
                $0.version = .http10
                $0.keepsAlive = false
            }),
        Entry(
            "HTTP/1.0 that keeps the connection", "GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n",
            plain.with {
                $0.version = .http10
                $0.fields.append("Connection: Keep-Alive (hopByHop)")
            }),
        Entry(
            "HTTP/1.0 whose Expect is nothing", "GET / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
            plain.with {
                $0.version = .http10
                $0.keepsAlive = false
                $0.fields.append("Expect: 100-continue (expectation)")
            }),
    ]

    static let bodies: [Entry] = [
        get("a body of a length", "Content-Length: 5\r\n", ["Content-Length: 5 (framing)"], body: "hello") {
            $0.framing = .length(5)
            $0.body = Array("hello".utf8)
        },
        get("a length with zeros before it", "content-length: 005\r\n", ["content-length: 005 (framing)"], body: "hello") {
            $0.framing = .length(5)
            $0.body = Array("hello".utf8)
        },
        get("a length of nothing", "Content-Length: 0\r\n", ["Content-Length: 0 (framing)"]),
        get(
            "a body that waits", "Expect: 100-Continue\r\nContent-Length: 1\r\n",
            ["Expect: 100-Continue (expectation)", "Content-Length: 1 (framing)"], body: "x"
        ) {
            $0.framing = .length(1)
            $0.expectsContinue = true
            $0.body = Array("x".utf8)
        },
        get(
            "a chunked body with trailers", "Transfer-Encoding: \tCHUNKED \r\n", ["Transfer-Encoding: CHUNKED (framing)"],
            body: "5\r\nhello\r\n00d\r\n world\r\n0\r\n\r\n\r\n000\r\nX-Sum: 1\r\nY:\r\n\r\n"
        ) {
            $0.framing = .chunked
            $0.body = Array("hello world\r\n0\r\n\r\n".utf8)
        },
    ]

    static let all = lines + absolutes + hosts + fields + old + bodies
}
