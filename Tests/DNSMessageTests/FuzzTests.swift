import DNSMessage
import Testing

@Suite("Fuzz")
struct FuzzTests {
    @Test("any message is the same after encoding and decoding", arguments: 0..<4)
    func identity(seed: Int) throws {
        var random = RandomMessages(seed: UInt64(seed))
        for _ in 0..<500 {
            let message = try random.message()
            let encoded = try encode(message)
            let decoded = try decode(encoded)
            #expect(decoded == message)
            #expect(try encode(decoded) == encoded)
        }
    }

    @Test("random bytes are decoded or refused, never more", arguments: 0..<4)
    func noise(seed: Int) {
        var random = RandomMessages(seed: UInt64(100 + seed))
        var refused = 0
        for _ in 0..<5_000 {
            let noise = random.octets(600)
            guard let error = decodingError(noise) else { continue }
            refused += 1
            #expect((0...noise.count).contains(error.offset))
        }
        #expect(refused > 4_900)
    }

    @Test("a message with a few octets changed is decoded or refused, and what is decoded is stable", arguments: 0..<4)
    func mutations(seed: Int) throws {
        var random = RandomMessages(seed: UInt64(200 + seed))
        var survivors = 0
        for _ in 0..<1_500 {
            var bytes = try encode(random.message())
            for _ in 0..<Int.random(in: 1...4, using: &random.generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &random.generator)] = random.number()
            }
            guard let message = try? decode(bytes), let again = try? encode(message) else { continue }
            survivors += 1
            #expect(try decode(again) == message)
        }
        #expect(survivors > 100)
    }

    @Test("a message cut or stretched anywhere is refused, unless by chance it is one")
    func lengths() throws {
        var random = RandomMessages(seed: 300)
        for _ in 0..<100 {
            let bytes = try encode(random.message())
            for length in 0..<bytes.count {
                let error = decodingError(Array(bytes[..<length]))
                #expect(error != nil)
            }
            #expect(decodingError(bytes + [0])?.code == .trailingBytes)
        }
    }
}
