import Synchronization

/// What a program in a container writes: frames, or with a terminal one stream without any.
final class ExecFrames: Sendable {
    private let hasTerminal: Bool
    /// A program's write is a frame, and no pipe takes so much at once.
    private let frames = Mutex(StreamFrames(longest: 64 << 20))

    init(hasTerminal: Bool) { self.hasTerminal = hasTerminal }

    /// The pieces that these bytes complete. Throws ``DockerError`` `.protocolBroken`.
    func take(_ bytes: [UInt8]) throws -> [(stream: ContainerOutput.Stream, bytes: ArraySlice<UInt8>)] {
        if hasTerminal { return [(.stdout, bytes[...])] }
        return try frames.withLock { try $0.take(bytes) }
    }
}
