internal import CZlib
internal import NIOCore

enum InflateResult {
    case success(ByteBuffer, consumed: Int)
    case failure
}

/// Inflates a zlib stream that must give exactly `size` bytes.
///
/// The output grows with what really comes out, at most 64 KiB ahead of it: a stream that announces much and holds little
/// costs little.
func inflate(_ input: ByteBufferView, to size: Int) -> InflateResult {
    var stream = z_stream()
    guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return .failure }
    defer { inflateEnd(&stream) }
    var output = ByteBuffer()
    // zlib takes the input as mutable, but never writes to it
    let status = input.withUnsafeBytes { bytes -> Int32 in
        guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return Z_DATA_ERROR }
        stream.next_in = UnsafeMutablePointer(mutating: base)
        stream.avail_in = UInt32(clamping: bytes.count)
        var status = Z_OK
        // one byte more than announced may come out, so that a longer stream is noticed
        while status == Z_OK, output.readableBytes <= size {
            status = inflateStep(&stream, into: &output, atMost: min(64 << 10, size + 1 - output.readableBytes))
        }
        return status
    }
    guard status == Z_STREAM_END, output.readableBytes == size else { return .failure }
    return .success(output, consumed: Int(stream.total_in))
}

private func inflateStep(_ stream: inout z_stream, into output: inout ByteBuffer, atMost count: Int) -> Int32 {
    var status = Z_OK
    output.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
        stream.next_out = space.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(count)
        status = CZlib.inflate(&stream, Z_NO_FLUSH)
        return count - Int(stream.avail_out)
    }
    return status
}
