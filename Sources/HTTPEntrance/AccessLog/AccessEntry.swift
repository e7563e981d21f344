internal import NIOCore

/// One request in the access log.
struct AccessEntry {
    var time: String
    /// Who asked: where a proxy in front is believed, the address that it names.
    var client: String
    var method: String
    var host: String
    /// Without the query, which may hold what nobody should read.
    var path: String
    var status: Int
    var octetsIn: UInt64
    var octetsOut: UInt64
    var microseconds: Int64
    /// Visible ASCII without quotes and backslashes.
    var requestID: String
    var app: String?
    var replica: String?
    /// What went wrong, where something did.
    var problem: String?

    /// One line of JSON.
    func write(into buffer: inout ByteBuffer) {
        buffer.writeStaticString("{\"time\":\"")
        buffer.writeString(time)
        Self.text("client", client, &buffer)
        Self.text("method", method, &buffer)
        Self.text("host", host, &buffer)
        Self.text("path", path, &buffer)
        buffer.writeString("\",\"status\":\(status),\"bytesIn\":\(octetsIn),\"bytesOut\":\(octetsOut),\"milliseconds\":")
        let fraction = "\(microseconds % 1000)"
        buffer.writeString("\(microseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)")
        buffer.writeStaticString(",\"requestId\":\"")
        buffer.writeString(requestID)
        if let app { Self.text("app", app, &buffer) }
        if let replica { Self.text("replica", replica, &buffer) }
        if let problem { Self.text("problem", problem, &buffer) }
        buffer.writeStaticString("\"}\n")
    }

    private static func text(_ name: StaticString, _ value: String, _ buffer: inout ByteBuffer) {
        buffer.writeStaticString("\",\"")
        buffer.writeStaticString(name)
        buffer.writeStaticString("\":\"")
        let isPlain = value.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 < 0x7F }
        if isPlain {
            buffer.writeString(value)
        } else {
            for octet in value.utf8 { escape(octet, &buffer) }
        }
    }

    private static func escape(_ octet: UInt8, _ buffer: inout ByteBuffer) {
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): buffer.writeBytes([UInt8(ascii: "\\"), octet])
        case 0..<0x20, 0x7F: buffer.writeString("\\u00\(octet < 16 ? "0" : "")\(String(octet, radix: 16))")
        default: buffer.writeInteger(octet)
        }
    }
}
