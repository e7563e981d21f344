/// Takes a stream of frames apart (Engine API, `ContainerAttach`, "Stream format"): a byte for the stream, three empty ones, four for the
/// length, then the bytes.
struct StreamFrames {
    private var rest: [UInt8] = []
    /// What is longer is no frame of an Engine's.
    let longest: Int
    private static let header = 8

    init(longest: Int) { self.longest = longest }

    /// The frames that these bytes complete. Throws ``DockerError`` `.protocolBroken`.
    mutating func take(_ bytes: [UInt8]) throws(DockerError) -> [(stream: ContainerOutput.Stream, bytes: ArraySlice<UInt8>)] {
        rest += bytes
        var (frames, start): ([(ContainerOutput.Stream, ArraySlice<UInt8>)], Int) = ([], 0)
        while rest.count - start >= Self.header {
            let length = rest[(start + 4)..<(start + Self.header)].reduce(0) { $0 << 8 | Int($1) }
            guard length <= longest, let stream = Self.stream(rest[start]) else {
                throw DockerError(.protocolBroken, "the Engine's stream of output is not understood")
            }
            let end = start + Self.header + length
            guard rest.count >= end else { break }
            frames.append((stream, rest[(start + Self.header)..<end]))
            start = end
        }
        rest.removeFirst(start)
        return frames
    }

    private static func stream(_ byte: UInt8) -> ContainerOutput.Stream? {
        switch byte {
        case 1: .stdout
        case 2: .stderr
        default: nil
        }
    }
}
