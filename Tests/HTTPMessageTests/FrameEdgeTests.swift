import HTTPMessage
import NIOCore
import Testing

@Suite("Places between the frames of a WebSocket")
struct FrameEdgeTests {
    /// Frames of every length's form, masked or not, and where each ends.
    private static func stream(_ generator: inout Seeded) -> (octets: [UInt8], ends: [Int]) {
        var (octets, ends): ([UInt8], [Int]) = ([], [])
        for _ in 0..<Int.random(in: 1...10, using: &generator) {
            let size = [0, 1, 5, 125, 126, 300, 65_536].randomElement(using: &generator) ?? 0
            let mark: UInt8 = Bool.random(using: &generator) ? 0x80 : 0
            // Text, binary, continuation, ping, pong, with FIN or without; no close.
            octets.append([0x81, 0x82, 0x00, 0x80, 0x01, 0x89, 0x8A].randomElement(using: &generator) ?? 0)
            // A length may be written in a longer form than it needs.
            if size > 65_535 || Int.random(in: 0..<4, using: &generator) == 0 {
                octets.append(mark | 127)
                octets += stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: size >> $0) }
            } else if size > 125 {
                octets += [mark | 126, UInt8(size >> 8), UInt8(size & 255)]
            } else {
                octets.append(mark | UInt8(size))
            }
            if mark != 0 { octets += (0..<4).map { _ in .random(in: 0...255, using: &generator) } }
            octets += (0..<size).map { _ in .random(in: 0...255, using: &generator) }
            ends.append(octets.count)
        }
        return (octets, ends)
    }

    @Test("one that stops goes no further than a place between two, and finds each", arguments: 0..<60)
    func stops(seed: UInt64) {
        var generator = Seeded(seed)
        let (octets, ends) = Self.stream(&generator)
        var tracker = FrameTracker()
        var position = 0
        var found: [Int] = []
        while position < octets.count {
            // Between two it goes nowhere, however much there is.
            #expect(octets[position...].withUnsafeBytes { tracker.follow($0, stopsBetween: true) } == 0)
            position += octets[position..<position + 1].withUnsafeBytes { tracker.follow($0) }
            while !tracker.isBetweenFrames, position < octets.count {
                let size = Int.random(in: 1...min(7_000, octets.count - position), using: &generator)
                position += octets[position..<position + size].withUnsafeBytes { tracker.follow($0, stopsBetween: true) }
            }
            found.append(position)
        }
        #expect(found == ends)
        #expect(!tracker.sawClose)
    }

    @Test("the longest length there can be is followed, not run over")
    func longest() {
        var tracker = FrameTracker()
        let octets: [UInt8] = [0x82, 0x7F] + Array(repeating: 0xFF, count: 8) + Array(repeating: 1, count: 100)
        #expect(octets.withUnsafeBytes { tracker.follow($0) } == octets.count)
        #expect(!tracker.isBetweenFrames)
    }

    @Test("a close frame is seen as one and ends where it ends, whatever it says and by whom it is sent", arguments: 0..<100)
    func close(seed: UInt64) throws {
        var generator = Seeded(seed)
        let code = UInt16.random(in: 1_000...4_999, using: &generator)
        let letters: [Character] = ["a", "\u{E4}", "\u{20AC}", "\u{1F600}"]
        let reason = String(
            (0..<Int.random(in: 0...130, using: &generator)).map { _ in letters.randomElement(using: &generator) ?? "a" })
        let mask = UInt32.random(in: 0...UInt32.max, using: &generator)
        for frame in [CloseFrame.fromServer(code, reason: reason), CloseFrame.fromClient(code, reason: reason, mask: mask)] {
            let octets = Array(frame.readableBytesView)
            var tracker = FrameTracker()
            for (index, octet) in octets.enumerated() {
                #expect(withUnsafeBytes(of: octet) { tracker.follow($0) } == 1)
                #expect(tracker.isBetweenFrames == (index == octets.count - 1))
            }
            #expect(tracker.sawClose)
            let payload = try Self.payload(octets)
            #expect(payload.prefix(2).elementsEqual([UInt8(code >> 8), UInt8(code & 255)]))
            // A peer fails a connection whose reason is not UTF-8 (RFC 6455, 8.1), so it is cut between two characters.
            let told = try #require(String(validating: payload.dropFirst(2), as: UTF8.self))
            #expect(reason.hasPrefix(told) && told.utf8.count <= 123)
            #expect(told == reason || told.utf8.count > 119)
        }
    }

    /// The payload of a frame with a short length, its mask taken off.
    private static func payload(_ octets: [UInt8]) throws -> [UInt8] {
        try #require(octets[0] == 0x88)
        guard octets[1] & 0x80 != 0 else {
            try #require(Int(octets[1]) == octets.count - 2)
            return Array(octets[2...])
        }
        try #require(Int(octets[1] & 0x7F) == octets.count - 6)
        return octets[6...].enumerated().map { $1 ^ octets[2 + $0 % 4] }
    }
}
