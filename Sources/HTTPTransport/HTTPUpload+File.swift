import Glibc
import NIOCore

extension HTTPUpload {
    /// A part of a file, read while it is sent; `sent` is told of each piece.
    public static func file(
        _ path: String, _ range: Range<Int>, sent: @escaping @Sendable (_ bytes: Int) -> Void = { _ in }
    ) -> HTTPUpload {
        HTTPUpload(length: range.count, FilePieces(path: path, range: range, sent: sent))
    }

    /// A whole file, as long as it is now; nil when there is none.
    public static func file(_ path: String) -> HTTPUpload? {
        var status = stat()
        return stat(path, &status) == 0 ? file(path, 0..<Int(status.st_size)) : nil
    }
}

/// The bytes of a part of a file. Each walk over them begins anew.
private struct FilePieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let path: String
    let range: Range<Int>
    let sent: @Sendable (Int) -> Void

    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    final class AsyncIterator: AsyncIteratorProtocol {
        private let pieces: FilePieces
        private var place: Int
        private var descriptor: Int32 = -1

        init(_ pieces: FilePieces) {
            self.pieces = pieces
            place = pieces.range.lowerBound
        }

        deinit { if descriptor >= 0 { close(descriptor) } }

        func next() async throws -> ByteBuffer? {
            guard place < pieces.range.upperBound else { return nil }
            if descriptor < 0 { descriptor = open(pieces.path, O_RDONLY | O_CLOEXEC) }
            let wanted = Swift.min(256 << 10, pieces.range.upperBound - place)
            var buffer = ByteBuffer()
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { bytes in
                Swift.max(0, pread(descriptor, bytes.baseAddress, wanted, off_t(place)))
            }
            guard count > 0 else {
                throw Unreadable(description: "\(pieces.path) cannot be read, or became shorter while it was sent")
            }
            place += count
            pieces.sent(count)
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}
