/// Counts lines and columns while it walks forward through a text, which it reads once however often it is asked.
struct TextPlace {
    private(set) var line = 1
    private(set) var column = 1
    private var offset = 0

    /// Walks on to a byte.
    mutating func advance(to target: Int, in text: [UInt8]) {
        while offset < target {
            if text[offset] == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if text[offset] & 0xC0 != 0x80 {
                column += 1
            }
            offset += 1
        }
    }
}
