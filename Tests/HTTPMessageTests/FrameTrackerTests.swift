import HTTPMessage
import NIOCore
import Testing

@Suite("Following a WebSocket")
struct FrameTrackerTests {
    /// Frames of every shape, one after another.
    private struct RandomFrames {
        var octets: [UInt8] = []
        /// Where frames begin and end, the start and the end among them.
        var boundaries = [0]
        /// Where the header of the first close frame ends.
        var closeKnown: Int?

        init(_ generator: inout Seeded) {
            for _ in 0..<Int.random(in: 1...20, using: &generator) { append(&generator) }
        }

        private mutating func append(_ generator: inout Seeded) {
            let opcode = [0x0, 0x1, 0x2, 0x8, 0x9, 0xA].randomElement(using: &generator) ?? 0
            let size = [0, 1, 2, 125, 126, 127, 300, 65_535, 65_536, 70_000].randomElement(using: &generator) ?? 0
            let mask: UInt8 = Bool.random(using: &generator) ? 0x80 : 0
            octets.append(UInt8(opcode) | UInt8.random(in: 0...15, using: &generator) << 4)
            // A length may be written longer than it need be.
            let long = Bool.random(using: &generator)
            switch size {
            case 0...125 where !long: octets.append(mask | UInt8(size))
            case 0...65_535 where size > 125 || Bool.random(using: &generator):
                octets += [mask | 126, UInt8(size >> 8), UInt8(size & 0xFF)]
            default: octets += [mask | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: size >> ($0 * 8)) }
            }
            if mask != 0 { octets += (0..<4).map { _ in UInt8.random(in: 0...255, using: &generator) } }
            if opcode == 0x8 && closeKnown == nil { closeKnown = octets.count }
            // What is inside looks like frames too.
            octets += repeatElement([0x88, 0x00, 0x7F, 0xFF].randomElement(using: &generator) ?? 0, count: size)
            boundaries.append(octets.count)
        }
    }

    private static func piece(_ octets: [UInt8], from start: Int, _ generator: inout Seeded) -> ArraySlice<UInt8> {
        let most = [1, 3, 20, 90_000].randomElement(using: &generator) ?? 1
        return octets[start..<min(octets.count, start + Int.random(in: 1...most, using: &generator))]
    }

    @Test("every boundary and the first close frame are known, however the stream is cut", arguments: 0..<25)
    func follow(seed: UInt64) {
        var generator = Seeded(1_000 + seed)
        let frames = RandomFrames(&generator)
        let boundaries = Set(frames.boundaries)
        var (tracker, position) = (FrameTracker(), 0)
        while position < frames.octets.count {
            let piece = Self.piece(frames.octets, from: position, &generator)
            let went = piece.withUnsafeBytes { tracker.follow($0) }
            position += went
            guard went == piece.count, tracker.isBetweenFrames == boundaries.contains(position),
                tracker.sawClose == (frames.closeKnown.map { position >= $0 } ?? false)
            else {
                Issue.record("lost at \(position) of \(frames.octets.count)")
                return
            }
        }
    }

    @Test("each octet of a length of eight counts")
    func longLengths() {
        for place in 2..<10 {
            var header: [UInt8] = [0x82, 0x7F] + Array(repeating: 0, count: 8)
            header[place] = 1
            var tracker = FrameTracker()
            header.withUnsafeBytes { _ = tracker.follow($0) }
            #expect(!tracker.isBetweenFrames, "octet \(place)")
        }
    }
}
