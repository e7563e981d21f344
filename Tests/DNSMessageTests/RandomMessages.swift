import DNSMessage

/// Makes messages of every shape that there is.
struct RandomMessages {
    var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(state: seed)
    }

    mutating func message() throws -> Message {
        var message = Message(header: Header(id: number()))
        message.header.flags = Header.Flags(rawValue: number())
        message.questions = try many(2) { try Question($0.name(), RecordType(rawValue: $0.number()), recordClass: .internet) }
        message.answers = try many(6) { try $0.record() }
        message.authorities = try many(2) { try $0.record() }
        message.additionals = try many(4) { try $0.record() }
        if Bool.random(using: &generator) {
            message.edns = EDNS(
                payloadSize: number(), extendedResponseCode: number(), version: number(), flags: number(),
                options: many(3) { EDNS.Option(code: $0.number(), content: $0.octets(20)) })
        }
        return message
    }

    mutating func record() throws -> ResourceRecord {
        try ResourceRecord(name(), recordClass: RecordClass(rawValue: number()), timeToLive: number(), data: data())
    }

    mutating func data() throws -> RecordData {
        switch Int.random(in: 0..<9, using: &generator) {
        case 0: .a(IPv4Address(rawValue: number()))
        case 1: .aaaa(IPv6Address(high: number(), low: number()))
        case 2: .srv(ServiceLocation(priority: number(), weight: number(), port: number(), target: try name()))
        case 3: .ptr(try name())
        case 4: .txt([octets(255)] + many(3) { $0.octets(255) })
        case 5:
            .soa(
                StartOfAuthority(
                    primary: try name(), mailbox: try name(), serial: number(), refresh: number(), retry: number(),
                    expire: number(), minimum: number()))
        case 6: .ns(try name())
        case 7: .cname(try name())
        default: .opaque(RecordType(rawValue: .random(in: 256...(.max), using: &generator)), octets(40))
        }
    }

    /// Few labels to choose from, so that names share their ends, in either case.
    mutating func name() throws -> Name {
        let stock = ["hello", "HELLO", "svc", "cluster", "Local", "127-88-0-11", "_http", "_tcp", #"\000\."#, "a"]
        let labels = many(5) { $0.pick(stock) }
        return try Name(labels.joined(separator: "."))
    }

    mutating func octets(_ limit: Int) -> [UInt8] {
        (0..<Int.random(in: 0...limit, using: &generator)).map { _ in number() }
    }

    mutating func number<Number: FixedWidthInteger>() -> Number {
        Number.random(in: Number.min...Number.max, using: &generator)
    }

    private mutating func pick(_ stock: [String]) -> String {
        stock[Int.random(in: 0..<stock.count, using: &generator)]
    }

    private mutating func many<Value>(_ limit: Int, _ make: (inout Self) throws -> Value) rethrows -> [Value] {
        let count = Int.random(in: 0...limit, using: &generator)
        return try (0..<count).map { _ in try make(&self) }
    }
}
