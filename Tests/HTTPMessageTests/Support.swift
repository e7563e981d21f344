import HTTPMessage
import NIOCore

/// A generator that gives the same numbers again (splitmix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// A request as a server would take it off a connection: its head, and its whole body.
struct Taken: Equatable {
    var line: String
    var host: String
    var body: String
    var rest: String
}

/// Takes one request, whose octets come in these pieces; nil when its end has not come.
func take(_ pieces: [[UInt8]]) throws -> Taken? {
    var parser = RequestHeadParser()
    var buffer = ByteBuffer()
    var head: RequestHead?
    var reader: BodyReader?
    var body = ByteBuffer()
    for (number, piece) in pieces.enumerated() {
        buffer.writeBytes(piece)
        if head == nil, let parsed = try parser.parse(&buffer) {
            head = parsed
            reader = BodyReader(parsed.framing)
        }
        guard let head else { continue }
        reading: while true {
            switch try reader?.next(&buffer) {
            case .piece(var piece): body.writeBuffer(&piece)
            case .end:
                let rest = String(buffer: buffer) + pieces[(number + 1)...].map { String(decoding: $0, as: UTF8.self) }.joined()
                return Taken(
                    line: "\(head.text(head.methodText)) \(head.text(head.target))", host: head.host, body: String(buffer: body),
                    rest: rest)
            case .needsMore, nil: break reading
            }
        }
    }
    return nil
}

/// A head that must be there whole.
func head(_ text: String) throws -> RequestHead {
    var parser = RequestHeadParser()
    var buffer = ByteBuffer(string: text)
    guard let head = try parser.parse(&buffer) else { throw HTTPProblem(0, "no whole head") }
    return head
}
