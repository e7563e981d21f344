import Glibc

/// Bytes in, whole lines out.
struct LineBuffer: Sendable {
    private var rest: [UInt8] = []

    /// The lines that these bytes complete, without their ends.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [String] {
        rest.append(contentsOf: bytes)
        guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let lines = rest[..<last].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let texts = lines.map { String(decoding: $0, as: UTF8.self) }
        rest.removeSubrange(...last)
        return texts
    }

    /// The states that a keeper has said and nobody has read: whatever is in the pipe now.
    mutating func states(from pipe: Int32) -> [SlotState] {
        var states: [SlotState] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(pipe, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return states }
            states += take(buffer[..<count]).compactMap { SlotState(line: $0) }
        }
    }
}
