import Foundation
import Testing

@testable import OCIImage

@Suite("gzip")
struct GzipTests {
    private static func compressed(_ bytes: [UInt8], cores: Int, feeding step: Int = .max) throws -> [UInt8] {
        var deflation = Deflation(cores: cores)
        var result = Deflation.head
        var start = 0
        while start < bytes.count {
            let end = start + min(step, bytes.count - start)
            let piece = Array(bytes[start..<end])
            var failure: OCIError?
            piece.withUnsafeBytes { raw in
                do throws(OCIError) { result += try deflation.add(raw).flatMap { $0 } } catch { failure = error }
            }
            if let failure { throw failure }
            start = end
        }
        return result + (try deflation.finish().flatMap { $0 })
    }

    private static func inflated(_ bytes: [UInt8], longest: Int = .max) throws -> [UInt8] {
        let source = try Inflation(MemorySource(bytes), at: "layer", longest: longest)
        var (all, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 10_007))
        while case let count = try source.read(into: &buffer), count > 0 { all += buffer[..<count] }
        return all
    }

    /// Half of it repeats itself, over the borders of pieces too.
    private static func sample(_ count: Int) -> [UInt8] {
        var state: UInt64 = 88_172_645_463_325_252
        return (0..<count).map { number in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return number % 5000 < 2500 ? UInt8(number % 251) : UInt8(truncatingIfNeeded: state)
        }
    }

    @Test(
        "what is compressed comes back, from gzip(1) and from our own reader, at every length around a piece's end",
        arguments: [0, 1, 131_071, 131_072, 131_073, 262_144, 1_000_003, 2_200_000])
    func roundTrip(count: Int) throws {
        let bytes = Self.sample(count)
        let packed = try Self.compressed(bytes, cores: 2)
        #expect(try Self.inflated(packed) == bytes)
        let scratch = try Scratch()
        try scratch.write("a.gz", packed)
        try scratch.shell("gzip -t a.gz && gzip -dc a.gz > a")
        #expect(try scratch.bytes("a") == bytes)
        if count > 200_000 { #expect(packed.count < bytes.count * 6 / 10) }
    }

    @Test("the bytes depend neither on the number of cores nor on how they came in")
    func deterministic() throws {
        let bytes = Self.sample(1_500_000)
        let one = try Self.compressed(bytes, cores: 1)
        for (cores, step) in [(2, 1 << 20), (8, 4097), (3, 131_072), (64, .max)] {
            #expect(try Self.compressed(bytes, cores: cores, feeding: step) == one)
        }
    }

    @Test("members one after another are read as one, as gzip does")
    func members() throws {
        let packed = try Self.compressed(Array("one, ".utf8), cores: 1) + Self.compressed(Array("two".utf8), cores: 1)
        #expect(try Self.inflated(packed) == Array("one, two".utf8))
    }

    @Test("what is cut off, damaged, or unpacks to more than it may is told")
    func refused() throws {
        let packed = try Self.compressed(Self.sample(300_000), cores: 2)
        #expect(throws: OCIError.self) { try Self.inflated(Array(packed.dropLast(9))) }
        var damaged = packed
        damaged[packed.count / 2] ^= 0xFF
        #expect(throws: OCIError.self) { try Self.inflated(damaged) }
        #expect(throws: OCIError.self) { try Self.inflated(Array("plain".utf8)) }
        let bomb = try Self.compressed([UInt8](repeating: 0, count: 8 << 20), cores: 2)
        let error = #expect(throws: OCIError.self) { try Self.inflated(bomb, longest: 1 << 20) }
        #expect(error?.code == .tooLarge && bomb.count < 64 << 10)
    }
}
