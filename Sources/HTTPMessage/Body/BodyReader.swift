public import NIOCore

/// Where a body ends (RFC 9112, 6.3).
public enum BodyFraming: Hashable, Sendable {
    /// There is none.
    case none
    /// After so many octets, at least 1.
    case length(UInt64)
    /// After its last chunk.
    case chunked
    /// When the connection ends.
    case untilClose
}

/// Reads one body out of a stream of octets. What is left in the buffer after its end belongs to the next message.
public struct BodyReader: Sendable {
    /// What can be had from the buffer.
    public enum Step: Hashable, Sendable {
        /// So much of the body, never empty.
        case piece(ByteBuffer)
        /// The body is over.
        case end
        /// More octets have to come.
        case needsMore
    }

    private enum State: Sendable {
        case ended
        case length(UInt64)
        case chunks(ChunkReader)
        case untilClose
        case refused(HTTPProblem)
    }

    private var state: State

    /// A reader; a chunked body's refusals have this status.
    public init(_ framing: BodyFraming, status: Int = 400) {
        state =
            switch framing {
            case .none: .ended
            case .length(let length): .length(length)
            case .chunked: .chunks(ChunkReader(status: status))
            case .untilClose: .untilClose
            }
    }

    /// The next step. After `end` it is `end` again, and what was refused stays refused.
    ///
    /// - Throws: ``HTTPProblem`` when the chunks are none; nothing more can be read from the connection then.
    public mutating func next(_ buffer: inout ByteBuffer) throws(HTTPProblem) -> Step {
        switch state {
        case .ended:
            return .end
        case .length(let left):
            if left == 0 {
                state = .ended
                return .end
            }
            guard let piece = buffer.take(atMost: left) else { return .needsMore }
            state = .length(left - UInt64(piece.readableBytes))
            return .piece(piece)
        case .chunks(var reader):
            do throws(HTTPProblem) {
                let step = try reader.next(&buffer)
                state = step == .end ? .ended : .chunks(reader)
                return step
            } catch {
                // Not an end: what follows would be taken for the next message.
                state = .refused(error)
                throw error
            }
        case .untilClose:
            return buffer.take(atMost: UInt64.max).map(Step.piece) ?? .needsMore
        case .refused(let problem):
            throw problem
        }
    }
}

extension ByteBuffer {
    /// The next octets, at most so many; nil when there are none.
    mutating func take(atMost limit: UInt64) -> ByteBuffer? {
        readableBytes == 0 ? nil : readSlice(length: Int(min(UInt64(readableBytes), limit)))
    }
}
