internal import CZlib

/// Reads what gzip has compressed (RFC 1952), one member or several after another.
package final class Inflation: ByteSource {
    private let source: any ByteSource
    private let place: String
    /// Of a fixed address, for zlib points back to it.
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private var piece = [UInt8](repeating: 0, count: 64 << 10)
    private var isAtEnd = false
    private var total = 0
    private let longest: Int

    /// - Parameters:
    ///   - place: What errors name.
    ///   - longest: How many bytes may come out; more is an error, for a small file can unpack to a huge one.
    package init(_ source: any ByteSource, at place: String, longest: Int) throws(OCIError) {
        (self.source, self.place, self.longest) = (source, place, longest)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(capacity: piece.count)
        input.initialize(repeating: 0)
        // Bits of the window, and 16: a gzip head is expected.
        guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw OCIError(.system, at: place, "zlib has no memory")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    package func read(into buffer: inout [UInt8]) throws(OCIError) -> Int {
        while !isAtEnd {
            if stream.pointee.avail_in == 0, try refill() == 0 {
                throw OCIError(.badArchive, at: place, "the compressed data ends too early")
            }
            let count = buffer.count
            let status = buffer.withUnsafeMutableBufferPointer { space -> Int32 in
                stream.pointee.next_out = space.baseAddress
                stream.pointee.avail_out = UInt32(clamping: space.count)
                return inflate(stream, Z_NO_FLUSH)
            }
            let done = min(count, Int(UInt32.max)) - Int(stream.pointee.avail_out)
            total += done
            guard total <= longest else { throw OCIError(.tooLarge, at: place, "unpacks to more than \(longest) bytes") }
            switch status {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: try endMember()
            default: throw OCIError(.badArchive, at: place, "is no gzip, or damaged")
            }
            if done > 0 { return done }
        }
        return 0
    }

    private func refill() throws(OCIError) -> Int {
        let count = try source.read(into: &piece)
        for index in 0..<count { input[index] = piece[index] }
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(count)
        return count
    }

    /// After a member comes another one, or the end.
    private func endMember() throws(OCIError) {
        if stream.pointee.avail_in == 0, try refill() == 0 {
            isAtEnd = true
        } else {
            inflateReset(stream)
        }
    }
}
