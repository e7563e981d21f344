internal import NIOCore

/// Takes the chunked coding off a body (RFC 9112, 7.1). Chunk extensions, which nobody uses but smugglers, are refused; trailers are
/// checked and dropped.
struct ChunkReader: Sendable {
    private enum Place: Sendable {
        /// A chunk's size is next.
        case size
        /// So many octets of data are.
        case data(UInt64)
        /// The CRLF after a chunk's data is.
        case dataEnd
        /// The trailer section is.
        case trailers(HeadSearch)
    }

    /// Hexadecimal digits of a size that fits 60 bits.
    private static let mostDigits = 15
    private static let mostTrailers = 32
    private static let trailerOctets = 8_192

    let status: Int
    private var place = Place.size

    init(status: Int) {
        self.status = status
    }

    mutating func next(_ buffer: inout ByteBuffer) throws(HTTPProblem) -> BodyReader.Step {
        while true {
            switch place {
            case .size:
                guard let size = try size(&buffer) else { return .needsMore }
                place = size == 0 ? .trailers(HeadSearch()) : .data(size)
            case .data(let left):
                guard let piece = buffer.take(atMost: left) else { return .needsMore }
                let rest = left - UInt64(piece.readableBytes)
                place = rest == 0 ? .dataEnd : .data(rest)
                return .piece(piece)
            case .dataEnd:
                guard let end: UInt16 = buffer.getInteger(at: buffer.readerIndex) else { return .needsMore }
                guard end == 0x0D0A else { throw HTTPProblem(status, "a chunk that is longer than its size") }
                buffer.moveReaderIndex(forwardBy: 2)
                place = .size
            case .trailers(var search):
                let length = try buffer.peek { bytes throws(HTTPProblem) in try trailerLength(bytes, &search) }
                place = .trailers(search)
                guard let length else { return .needsMore }
                buffer.moveReaderIndex(forwardBy: length)
                return .end
            }
        }
    }

    /// The size of the chunk whose line stands here.
    private func size(_ buffer: inout ByteBuffer) throws(HTTPProblem) -> UInt64? {
        let found: (size: UInt64, length: Int)? = try buffer.peek { bytes throws(HTTPProblem) in
            var size: UInt64 = 0
            for (index, octet) in bytes.prefix(Self.mostDigits + 2).enumerated() {
                if octet == Octets.carriageReturn {
                    guard index > 0 else { throw HTTPProblem(status, "a chunk without a size") }
                    guard index + 1 < bytes.count else { return nil }
                    guard bytes[index + 1] == Octets.lineFeed else {
                        throw HTTPProblem(status, "a bare carriage return after a size")
                    }
                    return (size, index + 2)
                }
                guard index < Self.mostDigits else { throw HTTPProblem(status, "a chunk that is too large") }
                guard let digit = Self.digit(octet) else {
                    throw HTTPProblem(
                        status, octet == UInt8(ascii: ";") ? "a chunk extension" : "a chunk's size that is no number")
                }
                size = size << 4 | digit
            }
            return nil
        }
        guard let found else { return nil }
        buffer.moveReaderIndex(forwardBy: found.length)
        return found.size
    }

    private static func digit(_ octet: UInt8) -> UInt64? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(octet - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(octet - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(octet - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private func trailerLength(_ bytes: OctetPointer, _ search: inout HeadSearch) throws(HTTPProblem) -> Int? {
        let tooLong = HTTPProblem(status == 400 ? 431 : status, "trailers of more than \(Self.trailerOctets) octets")
        guard let length = try search.length(in: bytes, limit: Self.trailerOctets, whenOver: tooLong) else { return nil }
        let section = OctetPointer(rebasing: bytes[..<length])
        try FieldScanner(status: status, mostFields: Self.mostTrailers).scan(section, from: 0, to: length - 2) {
            known, _ throws(HTTPProblem) in
            guard known.role == .endToEnd || known.role == .hopByHop else {
                throw HTTPProblem(status, "a trailer that belongs into the head")
            }
        }
        return length
    }
}
