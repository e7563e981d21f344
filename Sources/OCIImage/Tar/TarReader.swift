/// Reads a tar archive from its beginning to its end: `ustar`, the extended headers of POSIX.1-2001, and GNU's long names and sizes.
///
/// Bounded: a name has at most 4,096 bytes, an extended header 1 MiB, an archive two million entries.
package struct TarReader {
    private static let blockSize = TarWriter.blockSize
    private static let longestName = 4096
    private static let longestExtension = 1 << 20
    private static let mostEntries = 2_000_000

    private let source: any ByteSource
    private let place: String
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    private var start = 0
    private var end = 0
    /// Bytes of the present content, and of what fills its block, that were not read.
    private var contentLeft = 0
    private var paddingLeft = 0
    private var entries = 0
    /// How many bytes were read of the archive.
    package private(set) var offset = 0

    /// - Parameter place: What errors name.
    package init(_ source: any ByteSource, at place: String) {
        self.source = source
        self.place = place
    }

    /// The next entry, over what was not read of the one before; nil at the end. Throws ``OCIError`` `.badArchive`.
    package mutating func next() throws(OCIError) -> TarEntry? {
        var extended: [String: String] = [:]
        while true {
            try skip(contentLeft + paddingLeft)
            (contentLeft, paddingLeft) = (0, 0)
            guard let block = try block() else { return nil }
            // Most writers end with two empty blocks; what comes after them is nobody's.
            if block.allSatisfy({ $0 == 0 }) { return nil }
            entries += 1
            guard entries <= Self.mostEntries else { throw bad("has more than \(Self.mostEntries) entries") }
            try checkSum(of: block)
            let size = try number(in: block[124..<136])
            contentLeft = size
            paddingLeft = (Self.blockSize - size % Self.blockSize) % Self.blockSize
            switch block[156] {
            case UInt8(ascii: "x"): extended.merge(try records()) { _, new in new }
            case UInt8(ascii: "g"): _ = try records()
            case UInt8(ascii: "L"): extended["path"] = try longName()
            case UInt8(ascii: "K"): extended["linkpath"] = try longName()
            case UInt8(ascii: "S"): throw bad("holds a sparse file, which is not read")
            default: return try entry(block, extended)
            }
        }
    }

    /// The present content, whole.
    package mutating func content(longest: Int) throws(OCIError) -> [UInt8] {
        guard contentLeft <= longest else {
            throw OCIError(.tooLarge, at: place, "holds an entry of \(contentLeft) bytes where at most \(longest) may be")
        }
        var content: [UInt8] = []
        content.reserveCapacity(contentLeft)
        while contentLeft > 0 { try piece { content += $0 } }
        return content
    }

    /// The present content, piece by piece.
    package mutating func forEachPiece(_ body: (ArraySlice<UInt8>) throws(OCIError) -> Void) throws(OCIError) {
        while contentLeft > 0 { try piece(body) }
    }

    private func bad(_ reason: String) -> OCIError { OCIError(.badArchive, at: place, reason) }

    private func entry(_ block: [UInt8], _ extended: [String: String]) throws(OCIError) -> TarEntry {
        let isUstar = block[257..<262].elementsEqual("ustar".utf8)
        // GNU's own header has times where the prefix would be.
        let prefix = isUstar && block[262] == 0 ? Self.text(block[345..<500]) : ""
        let short = Self.text(block[0..<100])
        let path = extended["path"] ?? (prefix.isEmpty ? short : "\(prefix)/\(short)")
        let link = extended["linkpath"] ?? Self.text(block[157..<257])
        guard !path.isEmpty, path.utf8.count <= Self.longestName, link.utf8.count <= Self.longestName else {
            throw bad("holds an entry whose name is empty or has more than \(Self.longestName) bytes")
        }
        let kind: TarEntry.Kind =
            switch block[156] {
            case UInt8(ascii: "1"): .hardLink(to: link)
            case UInt8(ascii: "2"): .symbolicLink(to: link)
            case UInt8(ascii: "3"), UInt8(ascii: "4"), UInt8(ascii: "6"): .special
            case UInt8(ascii: "5"): .folder
            default: path.hasSuffix("/") ? .folder : .file
            }
        let mode = UInt16(truncatingIfNeeded: try number(in: block[100..<108])) & 0o7777
        return TarEntry(path: path, kind: kind, mode: mode, size: contentLeft)
    }

    /// `<length> <key>=<value>\n`, one after another. A size there counts at once.
    private mutating func records() throws(OCIError) -> [String: String] {
        let bytes = try content(longest: Self.longestExtension)
        var (records, rest): ([String: String], ArraySlice<UInt8>) = ([:], bytes[...])
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: 0x20), space - rest.startIndex <= 10,
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space - rest.startIndex + 1,
                length <= rest.count, let equals = rest[space...].prefix(length).firstIndex(of: 0x3D)
            else { throw bad("holds a damaged extended header") }
            let end = rest.startIndex + length
            guard equals < end, rest[end - 1] == 0x0A else { throw bad("holds a damaged extended header") }
            let key = String(decoding: rest[(space + 1)..<equals], as: UTF8.self)
            guard key != "size" else { throw bad("holds a file of more than 8 GiB, which is not read") }
            records[key] = String(decoding: rest[(equals + 1)..<(end - 1)], as: UTF8.self)
            rest = rest[end...]
        }
        return records
    }

    private mutating func longName() throws(OCIError) -> String {
        Self.text(try content(longest: Self.longestName + 1)[...])
    }

    // MARK: Numbers and texts

    private static func text(_ field: ArraySlice<UInt8>) -> String { String(decoding: field.prefix { $0 != 0 }, as: UTF8.self) }

    /// Octal digits; or, where the first bit is set, the number itself (GNU).
    private func number(in field: ArraySlice<UInt8>) throws(OCIError) -> Int {
        guard let first = field.first else { return 0 }
        if first & 0x80 != 0 {
            guard first == 0x80, field.dropFirst().dropLast(6).allSatisfy({ $0 == 0 }) else {
                throw bad("holds an absurd number")
            }
            return field.suffix(6).reduce(0) { $0 << 8 | Int($1) }
        }
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
        guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { throw bad("holds a header that is damaged") }
        return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
    }

    /// The sum of the header's bytes, its own field counted as spaces.
    private func checkSum(of block: [UInt8]) throws(OCIError) {
        let own = block[148..<156].reduce(0) { $0 + Int($1) }
        let sum = block.reduce(0) { $0 + Int($1) } - own + 8 * 0x20
        guard (try? number(in: block[148..<156])) == sum else { throw bad("is no tar archive, or a header of it is damaged") }
    }

    // MARK: Bytes

    private mutating func fill() throws(OCIError) -> Bool {
        guard start == end else { return true }
        (start, end) = (0, try source.read(into: &buffer))
        return end > 0
    }

    private mutating func piece(_ body: (ArraySlice<UInt8>) throws(OCIError) -> Void) throws(OCIError) {
        guard try fill() else { throw bad("ends too early") }
        let count = min(contentLeft, end - start)
        let piece = buffer[start..<(start + count)]
        start += count
        offset += count
        contentLeft -= count
        try body(piece)
    }

    private mutating func skip(_ count: Int) throws(OCIError) {
        var left = count
        while left > 0 {
            guard try fill() else { throw bad("ends too early") }
            let step = min(left, end - start)
            start += step
            offset += step
            left -= step
        }
    }

    /// One block; nil at the end of the archive.
    private mutating func block() throws(OCIError) -> [UInt8]? {
        var block: [UInt8] = []
        block.reserveCapacity(Self.blockSize)
        while block.count < Self.blockSize {
            guard try fill() else {
                if block.isEmpty { return nil }
                throw bad("ends in the middle of a header")
            }
            let count = min(Self.blockSize - block.count, end - start)
            block += buffer[start..<(start + count)]
            start += count
            offset += count
        }
        return block
    }
}
