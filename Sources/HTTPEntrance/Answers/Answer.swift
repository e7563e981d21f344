internal import HTTPMessage
internal import NIOCore

/// An answer that the entrance gives itself: what went wrong and what it knows of it.
struct Answer {
    var status: Int
    /// One line: what is the matter.
    var title: String
    /// What is known besides, a line each.
    var lines: [String] = []
    /// Where the client is to go instead.
    var location: String?

    /// The reason phrases of the statuses that the entrance answers with.
    private static let phrases = [
        301: "Moved Permanently", 308: "Permanent Redirect", 400: "Bad Request", 404: "Not Found", 408: "Request Timeout",
        413: "Content Too Large", 414: "URI Too Long",
        417: "Expectation Failed", 431: "Request Header Fields Too Large", 501: "Not Implemented", 502: "Bad Gateway",
        503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    ]

    var phrase: String { Self.phrases[status] ?? "Error" }

    /// The whole response. HTML for who accepts it, else text.
    func response(asHTML: Bool, isHead: Bool, keepsAlive: Bool, requestID: String) -> ByteBuffer {
        let body = asHTML ? html : ([title] + lines).joined(separator: "\n") + "\n"
        var buffer = ByteBuffer()
        buffer.writeString("HTTP/1.1 \(status) \(phrase)\r\n")
        buffer.writeString("Content-Type: text/\(asHTML ? "html" : "plain"); charset=utf-8\r\n")
        buffer.writeString("Content-Length: \(body.utf8.count)\r\nCache-Control: no-store\r\nX-Request-Id: \(requestID)\r\n")
        if let location { buffer.writeString("Location: \(location)\r\n") }
        if status == 503 { buffer.writeStaticString("Retry-After: 1\r\n") }
        if !keepsAlive { buffer.writeStaticString("Connection: close\r\n") }
        buffer.writeStaticString("\r\n")
        if !isHead { buffer.writeString(body) }
        return buffer
    }

    private var html: String {
        let items = lines.map { "<li>\(Self.escaped($0))</li>" }.joined()
        return """
            <!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>\(status) \(phrase)</title>
            <style>body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:15vh auto;padding:0 1rem;color:#222;background:#fff}
            h1{font-size:1.3rem}small{color:#777}@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}}</style>
            <h1>\(Self.escaped(title))</h1><ul>\(items)</ul><small>\(status) \(phrase), beamctl</small></html>

            """
    }

    private static func escaped(_ text: String) -> String {
        String(
            text.flatMap { character -> [Character] in
                switch character {
                case "&": Array("&amp;")
                case "<": Array("&lt;")
                case ">": Array("&gt;")
                case "\"": Array("&quot;")
                default: [character]
                }
            })
    }
}
