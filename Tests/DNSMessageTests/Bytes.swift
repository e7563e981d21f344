import DNSMessage
import NIOCore

/// Bytes from hexadecimal digits; spaces and new lines are for the reader.
func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func decode(_ bytes: [UInt8]) throws(DNSDecodingError) -> Message {
    try Message(decoding: ByteBuffer(bytes: bytes))
}

func encode(_ message: Message) throws -> [UInt8] {
    try Array(message.encoded().readableBytesView)
}

/// What was thrown, if it was a decoding error.
func decodingError(_ bytes: [UInt8]) -> DNSDecodingError? {
    do throws(DNSDecodingError) {
        _ = try decode(bytes)
        return nil
    } catch {
        return error
    }
}

/// A generator that gives the same numbers in each run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
