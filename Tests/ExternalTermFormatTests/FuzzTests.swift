import ExternalTermFormat
import Testing

@Suite("Fuzzing")
struct FuzzTests {
    /// Flips, cuts, doubles and joins real bytes. Whatever comes out is either refused with a typed error that points into
    /// the input, or is a term that survives being written and read again.
    @Test("mutated bytes never crash the decoder, and never give half a term", arguments: UInt64(0)..<8)
    func mutations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let seeds = Vector.all.map(\.bytes).filter { $0.count < 2_000 }
        let limits = TermLimits(depth: 64, terms: 10_000, inflatedBytes: 1 << 16)
        var accepted = 0
        for _ in 0..<5_000 {
            let input = mutate(seeds, &random)
            do {
                let term = try Term(externalFormat: input, limits: limits)
                accepted += 1
                #expect(try Term(externalFormat: term.externalFormat(), limits: TermLimits()) == term)
                #expect(!term.description(limit: 200).isEmpty)
            } catch let error as TermDecodingError {
                #expect(error.offset >= 0 && error.offset <= max(input.count, limits.inflatedBytes))
            }
        }
        // some mutations only change a value: if none were accepted, this test would not test what it says
        #expect(accepted > 100)
    }

    private func mutate(_ seeds: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = seeds.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard let place = bytes.indices.randomElement(using: &random) else { return bytes }
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = UInt8.random(in: 70...121, using: &random)  // a tag
            case 2: bytes[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.insert(contentsOf: (seeds.randomElement(using: &random) ?? []).dropFirst(), at: place)
            default: bytes.remove(at: place)
            }
        }
        return bytes
    }
}
