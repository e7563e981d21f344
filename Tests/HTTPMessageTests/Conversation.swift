import HTTPMessage
import NIOCore

/// A request as it was read, in a form that can be compared and printed.
struct ReadRequest: Equatable {
    var method: String
    var target: String
    var path: String
    var version = HTTPVersion.http11
    var authority: String?
    var host: String
    var framing = BodyFraming.none
    var keepsAlive = true
    var opensWebSocket = false
    var expectsContinue = false
    /// `Name: value (role)`, in order.
    var fields: [String]
    var body: [UInt8] = []

    init(_ method: String, _ target: String, path: String? = nil, authority: String?, host: String, fields: [String]) {
        self.method = method
        self.target = target
        self.path = path ?? target
        self.authority = authority
        self.host = host
        self.fields = fields
    }

    init(_ head: RequestHead) {
        self.init(
            head.text(head.methodText), head.text(head.target), path: head.text(head.path),
            authority: head.authority.map(head.text), host: head.host,
            fields: head.fields.map { "\(head.text($0.name)): \(head.text($0.value)) (\($0.role))" })
        version = head.version
        framing = head.framing
        keepsAlive = head.keepsAlive
        opensWebSocket = head.opensWebSocket
        expectsContinue = head.expectsContinue
    }

    /// The same with something else in it.
    func with(_ change: (inout Self) -> Void) -> Self {
        var changed = self
        change(&changed)
        return changed
    }
}

/// What a client says over one connection, read as a server does: one request after another, each with its body.
struct Conversation {
    /// Those that came whole.
    private(set) var requests: [ReadRequest] = []
    /// The one whose body is under way.
    private(set) var current: ReadRequest?
    private(set) var refusal: HTTPProblem?
    private var buffer = ByteBuffer()
    private var parser: RequestHeadParser
    private var body = BodyReader(.none)

    init(limits: HeadLimits = HeadLimits()) {
        parser = RequestHeadParser(limits: limits)
    }

    /// What came behind the last whole request and was not read.
    var rest: [UInt8] { Array(buffer.readableBytesView) }

    mutating func hear(_ octets: some Sequence<UInt8>) {
        guard refusal == nil else { return }
        buffer.writeBytes(octets)
        do throws(HTTPProblem) { while try step() {} } catch { refusal = error }
    }

    /// Whether there was anything to be had.
    private mutating func step() throws(HTTPProblem) -> Bool {
        guard var request = current else {
            guard let head = try parser.parse(&buffer) else { return false }
            current = ReadRequest(head)
            body = BodyReader(head.framing)
            return true
        }
        switch try body.next(&buffer) {
        case .needsMore: return false
        case .piece(let piece):
            request.body += piece.readableBytesView
            current = request
        case .end:
            requests.append(request)
            current = nil
        }
        return true
    }
}

/// The ends of the first of two pieces: all there are, of long octets every so manieth and those around the ends.
func cuts(_ count: Int) -> [Int] {
    count <= 700 ? Array(0...count) : Array(stride(from: 0, to: count, by: count / 200)) + [1, count - 4, count - 1, count]
}
