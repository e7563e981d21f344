/// A piece of what a container wrote: a line, or a part of a long one.
public struct ContainerOutput: Hashable, Sendable {
    /// Where it was written.
    public enum Stream: String, Hashable, Sendable {
        case stdout
        case stderr
    }

    /// Where it was written.
    public var stream: Stream
    /// When, as the Engine writes it: RFC 3339 with nine digits behind the point, so that texts compare as times do.
    public var at: String
    /// The bytes, without the line's end.
    public var text: [UInt8]
    /// Whether the line ends here.
    public var isWhole: Bool
}

/// Takes a stream of frames apart (Engine API, `ContainerAttach`, "Stream format"): a byte for the stream, three empty ones, four for the
/// length, then the text; with timestamps, that begins with one and a space.
struct OutputFrames {
    private var rest: [UInt8] = []
    /// An Engine cuts lines at 16 KiB; no frame is much longer.
    static let longest = 1 << 20
    private static let header = 8

    /// The pieces that these bytes complete. Throws ``DockerError`` `.protocolBroken`.
    mutating func take(_ bytes: [UInt8]) throws(DockerError) -> [ContainerOutput] {
        rest += bytes
        var (outputs, start): ([ContainerOutput], Int) = ([], 0)
        while rest.count - start >= Self.header {
            let length = rest[(start + 4)..<(start + Self.header)].reduce(0) { $0 << 8 | Int($1) }
            guard length <= Self.longest, let stream = Self.stream(rest[start]) else {
                throw DockerError(.protocolBroken, "the Engine's log stream is not understood")
            }
            let end = start + Self.header + length
            guard rest.count >= end else { break }
            if let output = Self.output(rest[(start + Self.header)..<end], stream) { outputs.append(output) }
            start = end
        }
        rest.removeFirst(start)
        return outputs
    }

    private static func stream(_ byte: UInt8) -> ContainerOutput.Stream? {
        switch byte {
        case 1: .stdout
        case 2: .stderr
        default: nil
        }
    }

    private static func output(_ frame: ArraySlice<UInt8>, _ stream: ContainerOutput.Stream) -> ContainerOutput? {
        guard let space = frame.firstIndex(of: 0x20) else { return nil }
        let text = frame[(space + 1)...]
        let isWhole = text.last == 0x0A
        return ContainerOutput(
            stream: stream, at: String(decoding: frame[..<space], as: UTF8.self), text: Array(isWhole ? text.dropLast() : text),
            isWhole: isWhole)
    }
}
