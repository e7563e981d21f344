import SystemPackage

/// Bytes, read piece by piece.
package protocol ByteSource: AnyObject {
    /// Fills the beginning of the buffer; returns how much of it, 0 at the end.
    func read(into buffer: inout [UInt8]) throws(OCIError) -> Int
}

extension ByteSource {
    /// Hands over what is left, up to 256 KiB at a time: no piece is empty, and a piece is good for its call alone.
    package func forEachPiece(_ body: (ArraySlice<UInt8>) throws(OCIError) -> Void) throws(OCIError) {
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = try read(into: &buffer)
            if count == 0 { return }
            try body(buffer[..<count])
        }
    }
}

/// An open file from a place on, or a part of it.
package final class FileSource: ByteSource {
    package let path: String
    private let file: FileDescriptor
    private var place: Int64
    private var left: Int64

    /// Opens it. Throws ``OCIError`` `.notFound`, `.system`.
    package init(_ path: String, from start: Int = 0, count: Int = .max) throws(OCIError) {
        self.path = path
        file = try SystemFiles.open(path, .readOnly)
        place = Int64(start)
        left = Int64(count)
    }

    deinit { try? file.close() }

    package func read(into buffer: inout [UInt8]) throws(OCIError) -> Int {
        guard left > 0 else { return 0 }
        let wanted = Int(min(left, Int64(buffer.count)))
        let count = try SystemFiles.doing("read", path) {
            try buffer.withUnsafeMutableBytes { bytes in
                try file.read(fromAbsoluteOffset: place, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]))
            }
        }
        place += Int64(count)
        left -= Int64(count)
        return count
    }
}

/// Bytes in memory.
package final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private var place = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package func read(into buffer: inout [UInt8]) throws(OCIError) -> Int {
        let count = min(buffer.count, bytes.count - place)
        buffer.replaceSubrange(0..<count, with: bytes[place..<(place + count)])
        place += count
        return count
    }
}
