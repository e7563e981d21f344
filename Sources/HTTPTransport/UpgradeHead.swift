import NIOCore

/// The head of an answer to a request for an upgrade, as far as it is needed: the status, and how long the body is.
struct UpgradeHead: Hashable {
    /// The status code; 0 until it is known.
    private(set) var status = 0
    /// `Content-Length`, where there is one.
    private(set) var length: Int?
    private var bytes: [UInt8] = []

    /// Bytes of a head, and of a body that is read.
    static let longest = 64 << 10

    /// It is no HTTP, or does not end.
    struct Broken: Error {}

    /// Takes more of it; returns what follows the head once that is whole. Throws ``Broken``.
    mutating func take(_ piece: [UInt8]) throws(Broken) -> [UInt8]? {
        bytes += piece
        guard let end = Self.end(of: bytes) else {
            guard bytes.count < Self.longest else { throw Broken() }
            return nil
        }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]) else { throw Broken() }
        status = code
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == "content-length" { length = Int(parts[1].drop { $0 == " " }) }
        }
        return Array(bytes[(end + 4)...])
    }

    private static func end(of bytes: [UInt8]) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        return bytes.indices.dropLast(mark.count - 1).first { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }
    }

    /// The request that asks for it.
    static func request(_ call: HTTPCall, to name: String) -> ByteBuffer {
        var text = "\(call.method) \(call.path) HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: \(name)\r\n"
        for (field, value) in call.headers { text += "\(field): \(value)\r\n" }
        var buffer = ByteBuffer(string: text + "Content-Length: \(call.body?.readableBytes ?? 0)\r\n\r\n")
        if let body = call.body { buffer.writeImmutableBuffer(body) }
        return buffer
    }
}
