internal import CZlib
import Dispatch
import Synchronization

/// Compresses with gzip (RFC 1952) on all cores. The bytes that come out depend on those that go in alone, not on how many cores there
/// are: the input is cut every 128 KiB, each piece is compressed by itself with the 32 KiB before it as its dictionary, and the results
/// are strung together into one member, as pigz does. No name and no time stand in the head.
package struct Deflation {
    /// Where a piece ends.
    static let pieceSize = 128 << 10
    /// How far back a match may reach (RFC 1951).
    private static let windowSize = 32 << 10
    /// As `gzip` itself.
    private static let level: Int32 = 6

    /// What is to be compressed and did not make a batch yet.
    private var pending: [UInt8] = []
    /// The end of what was compressed last.
    private var window: [UInt8] = []
    private var checksum: UInt
    private var total = 0
    private let batchSize: Int

    /// Begins; the head has to be written first.
    package init(cores: Int = 4) {
        checksum = crc32(0, nil, 0)
        // More than there are cores, so that none waits long for the slowest.
        batchSize = max(1, cores) * 4 * Self.pieceSize
        pending.reserveCapacity(batchSize)
    }

    /// Magic number, deflate, no flags, no time, no system.
    package static let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]

    /// Takes bytes; gives what is compressed so far.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) throws(OCIError) -> [[UInt8]] {
        var (rest, done): (UnsafeRawBufferPointer, [[UInt8]]) = (bytes, [])
        while !rest.isEmpty {
            let room = min(rest.count, batchSize - pending.count)
            pending.append(contentsOf: rest[..<room])
            rest = UnsafeRawBufferPointer(rebasing: rest[room...])
            // The last piece of all has to be marked as such, so something always waits.
            if pending.count == batchSize, !rest.isEmpty { done += try compress(isLast: false) }
        }
        return done
    }

    /// Gives the rest, with checksum and length.
    package mutating func finish() throws(OCIError) -> [[UInt8]] {
        var done = try compress(isLast: true)
        let trailer = [UInt32(truncatingIfNeeded: checksum), UInt32(truncatingIfNeeded: total)]
        done.append(trailer.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } })
        return done
    }

    private mutating func compress(isLast: Bool) throws(OCIError) -> [[UInt8]] {
        let (input, before) = (pending, window)
        let count = max(1, (input.count + Self.pieceSize - 1) / Self.pieceSize)
        let results = Mutex<[(bytes: [UInt8], checksum: UInt)?]>(Array(repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { number in
            let start = number * Self.pieceSize
            let end = min(input.count, start + Self.pieceSize)
            let dictionary = number == 0 ? before[...] : input[max(0, start - Self.windowSize)..<start]
            let result = Self.piece(input[start..<end], dictionary: dictionary, isLast: isLast && number == count - 1)
            results.withLock { $0[number] = result }
        }
        var done: [[UInt8]] = []
        for (number, result) in results.withLock({ $0 }).enumerated() {
            guard let result else { throw OCIError(.system, at: "", "zlib cannot compress: no memory") }
            let length = min(Self.pieceSize, input.count - number * Self.pieceSize)
            checksum = crc32_combine(checksum, result.checksum, length)
            done.append(result.bytes)
        }
        total += input.count
        window = Array(input.suffix(Self.windowSize))
        pending.removeAll(keepingCapacity: true)
        return done
    }

    /// One piece: whole blocks of deflate, ended at a byte. Nil when zlib has no memory.
    private static func piece(
        _ input: ArraySlice<UInt8>, dictionary: ArraySlice<UInt8>, isLast: Bool
    ) -> (bytes: [UInt8], checksum: UInt)? {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        // Minus the bits of the window: no head, no trailer.
        guard deflateInit2_(&stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
            return nil
        }
        defer { deflateEnd(&stream) }
        _ = dictionary.withUnsafeBufferPointer { deflateSetDictionary(&stream, $0.baseAddress, UInt32($0.count)) }
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(input.count))) + 64)
        let room = output.count
        let (isDone, checksum) = input.withUnsafeBufferPointer { input -> (Bool, UInt) in
            // zlib takes the input as mutable, but never writes to it.
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            let status = output.withUnsafeMutableBufferPointer { space -> Int32 in
                stream.next_out = space.baseAddress
                stream.avail_out = UInt32(space.count)
                return deflate(&stream, isLast ? Z_FINISH : Z_SYNC_FLUSH)
            }
            let isDone = status == (isLast ? Z_STREAM_END : Z_OK) && stream.avail_in == 0
            return (isDone, crc32(crc32(0, nil, 0), input.baseAddress, UInt32(input.count)))
        }
        guard isDone else { return nil }
        output.removeLast(room - (room - Int(stream.avail_out)))
        return (output, checksum)
    }
}
