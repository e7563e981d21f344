import HTTPMessage
import NIOCore
import Testing

/// Heads put together from others, and damaged.
struct MutatedHeads {
    private static let pieces = [
        "\r\n", "\r", "\n", "\r\n\r\n", "\r\n ", " ", "\t", ":", ",", "\0", ";", "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Host: b\r\n", "Connection: close, x\r\n", "HTTP/1.1", "HTTP/1.0", "http://b:1/", "[::1]:80", "X-Forwarded-For: 1\r\n",
        "Upgrade: websocket\r\n", "\u{FF}", "\u{7F}", "99999999999999999999", "@", "#", "%00", "Expect: 100-continue\r\n",
    ].map { Array($0.utf8) }

    private let seeds: [[UInt8]]
    private var generator: Seeded

    init(_ seeds: [[UInt8]], seed: UInt64) {
        self.seeds = seeds
        generator = Seeded(seed)
    }

    mutating func next() -> [UInt8] {
        var octets = seed()
        for _ in 0..<Int.random(in: 0...3, using: &generator) where !octets.isEmpty { damage(&octets) }
        return octets
    }

    private mutating func seed() -> [UInt8] { seeds.randomElement(using: &generator) ?? [] }

    private mutating func damage(_ octets: inout [UInt8]) {
        let place = Int.random(in: 0..<octets.count, using: &generator)
        let end = min(octets.count, place + Int.random(in: 1...12, using: &generator))
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: octets[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: octets.insert(contentsOf: Self.pieces.randomElement(using: &generator) ?? [], at: place)
        case 3: octets.removeSubrange(place..<end)
        case 4: octets.insert(contentsOf: octets[place..<end], at: place)
        default: octets.replaceSubrange(place..., with: seed().suffix(octets.count - place))
        }
    }
}

/// What holds for every head that is accepted, found out by other means than the parser's. Returns what does not.
private enum Invariants {
    static func broken(_ head: RequestHead) -> String? {
        let octets = Array(head.octets.readableBytesView)
        let names = head.fields.map { head.text($0.name).lowercased() }
        let (lengths, codings) = (names.count { $0 == "content-length" }, names.count { $0 == "transfer-encoding" })
        if lengths + codings > 1 { return "two framings" }
        if codings == 1 && (head.framing != .chunked || head.version == .http10) { return "a coding that is not taken" }
        if codings == 0 && head.framing == .chunked { return "a coding from nowhere" }
        if lengths == 0, case .length = head.framing { return "a length from nowhere" }
        if names.count(where: { $0 == "host" }) != 1 && head.version == .http11 { return "not one Host" }
        if head.host.isEmpty != (head.authority == nil) { return "an authority without a host" }
        if head.version == .http11 && head.host.isEmpty { return "no host" }
        if head.host.contains(where: { "@/?#\\ ,\t".contains($0) || $0.isUppercase }) { return "a host that is none" }
        if !head.text(head.target).hasPrefix(head.text(head.path)) { return "a path that is not the target's start" }
        if head.path.start != head.target.start || head.path.end > head.target.end { return "a path beside its target" }
        if head.opensWebSocket && (head.method != .get || head.framing != .none) { return "a WebSocket with a body" }
        let start = "\(head.text(head.methodText)) ".utf8.count
        if octets[start..<Int(head.target.end)].contains(where: { $0 <= 32 || $0 >= 127 }) { return "a target with a space" }
        return broken(head.fields, octets, head.octets)
    }

    /// The lines lie end to end, from the first line's end to the empty line, and each is exactly its name, colon and value.
    static func broken(_ fields: [HeaderField], _ octets: [UInt8], _ buffer: ByteBuffer) -> String? {
        var end = (octets.firstIndex(of: 10) ?? -1) + 1
        for field in fields {
            if Int(field.line.start) != end || field.line.end <= field.line.start { return "a line that is not the next" }
            end = Int(field.line.end)
            if field.name.start != field.line.start || field.name.count == 0 { return "a name that is not its line's start" }
            if field.value.start <= field.name.end || Int(field.value.end) > end - 2 { return "a value that is outside" }
            let line = octets[field.line.indices]
            if !line.dropLast(2).allSatisfy({ $0 == 9 || $0 >= 32 && $0 != 127 }) { return "a control character" }
            if !line.suffix(2).elementsEqual([13, 10]) || octets[Int(field.name.end)] != 58 { return "a line without its ends" }
            let space = octets[Int(field.name.end) + 1..<Int(field.value.start)] + octets[Int(field.value.end)..<end - 2]
            if !space.allSatisfy({ $0 == 32 || $0 == 9 }) { return "something beside the value" }
        }
        return end + 2 == octets.count ? nil : "something after the last field"
    }
}

@Suite("Fuzz of heads")
struct HeadFuzzTests {
    private static let requests = (GoodHeads.all.map(\.text) + SmugglingTricks.all.map(\.text)).map { Array($0.utf8) }
        .filter { $0.count < 400 }

    @Test("mutated requests do not crash it, those accepted are whole, and cut in two they are the same", arguments: 0..<4)
    func requests(seed: UInt64) {
        var (heads, generator, accepted) = (MutatedHeads(Self.requests, seed: seed), Seeded(~seed), 0)
        for _ in 0..<10_000 {
            let octets = heads.next()
            var (parser, buffer) = (RequestHeadParser(), ByteBuffer(bytes: octets))
            let whole = Result { () throws(HTTPProblem) in try parser.parse(&buffer) }
            if case .success(let head?) = whole {
                accepted += 1
                if let broken = Invariants.broken(head) {
                    Issue.record("\(broken): \(String(buffer: head.octets).debugDescription)")
                }
            }
            let cut = Int.random(in: 0...octets.count, using: &generator)
            if Self.told(whole) != Self.told(Self.read(octets[..<cut], octets[cut...])) {
                Issue.record("cut at \(cut): \(String(decoding: octets, as: UTF8.self).debugDescription)")
            }
        }
        #expect(accepted > 1_000)
    }

    private static func read(_ first: ArraySlice<UInt8>, _ second: ArraySlice<UInt8>) -> Result<RequestHead?, HTTPProblem> {
        Result { () throws(HTTPProblem) in
            var (parser, buffer) = (RequestHeadParser(), ByteBuffer(bytes: first))
            if let head = try parser.parse(&buffer) { return head }
            buffer.writeBytes(second)
            return try parser.parse(&buffer)
        }
    }

    /// The head's octets, the refusal's status, or that more is waited for.
    private static func told(_ result: Result<RequestHead?, HTTPProblem>) -> String {
        switch result {
        case .success(let head?): String(buffer: head.octets)
        case .success(nil): "more"
        case .failure(let problem): "\(problem.status)"
        }
    }
}
