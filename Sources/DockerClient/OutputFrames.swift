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

/// The lines of a log, out of the Engine's frames: with timestamps, each begins with one and a space.
struct OutputFrames {
    /// An Engine cuts lines at 16 KiB; no frame is much longer.
    static let longest = 1 << 20
    private var frames = StreamFrames(longest: Self.longest)

    /// The pieces that these bytes complete. Throws ``DockerError`` `.protocolBroken`.
    mutating func take(_ bytes: [UInt8]) throws(DockerError) -> [ContainerOutput] {
        try frames.take(bytes).compactMap { Self.output($0.bytes, $0.stream) }
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
