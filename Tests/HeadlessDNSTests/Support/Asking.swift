import DNSMessage
import NIOCore
import Testing

@testable import HeadlessDNS

extension Answerer {
    /// The response to a query's bytes.
    func response(to query: [UInt8], over transport: Transport = .udp) -> [UInt8]? {
        var response: [UInt8] = []
        switch answer(query.span, over: transport, into: &response) {
        case .answered: return response
        case .ignored, .forward: return nil
        }
    }

    /// Whether the query is for others to answer.
    func handsOn(_ query: [UInt8]) -> Bool {
        var response: [UInt8] = []
        if case .forward = answer(query.span, over: .udp, into: &response) { return true }
        return false
    }

    /// The response to a question, decoded.
    func ask(
        _ name: String, _ type: RecordType, over transport: Transport = .udp, edns: EDNS? = nil,
        recordClass: RecordClass = .internet
    ) throws -> Message {
        let bytes = try query(name, type, edns: edns, recordClass: recordClass)
        let answer = try #require(self.response(to: bytes, over: transport))
        return try Message(decoding: ByteBuffer(bytes: answer))
    }
}

/// A query's bytes.
func query(
    _ name: String, _ type: RecordType, id: UInt16 = 0x1234, edns: EDNS? = nil, recordClass: RecordClass = .internet,
    flags: Header.Flags = .recursionDesired
) throws -> [UInt8] {
    let message = Message(
        header: Header(id: id, flags: flags), questions: [Question(try Name(name), type, recordClass: recordClass)],
        edns: edns)
    return try Array(message.encoded().readableBytesView)
}

extension Message {
    /// The records' contents, as text, in the order they came.
    var answerTexts: [String] { answers.map(\.data.text) }
    var additionalTexts: [String] { additionals.map { "\($0.name) \($0.data.text)" } }
}

extension RecordData {
    var text: String {
        switch self {
        case .a(let address): "\(address)"
        case .aaaa(let address): "\(address)"
        case .srv(let location): "\(location.priority) \(location.weight) \(location.port) \(location.target)"
        case .ptr(let name), .ns(let name), .cname(let name): "\(name)"
        case .txt(let strings): strings.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        case .soa(let soa): "\(soa.primary) \(soa.mailbox) \(soa.serial) \(soa.minimum)"
        case .opaque(let type, let octets): "\(type) \(octets)"
        }
    }
}

/// A message out of its bytes.
func decode(_ bytes: [UInt8]) throws -> Message {
    try Message(decoding: ByteBuffer(bytes: bytes))
}
