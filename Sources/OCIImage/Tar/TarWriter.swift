/// Writes a tar archive (POSIX.1-1988 `ustar`, with the extended headers of POSIX.1-2001 where a name or a size needs them). Owner and
/// times are the same for every entry, so that the same entries give the same bytes.
package struct TarWriter {
    /// Who owns every entry.
    package struct Owner: Hashable, Sendable {
        package var user: Int
        package var group: Int

        package init(user: Int, group: Int) {
            self.user = user
            self.group = group
        }

        package static let root = Owner(user: 0, group: 0)
    }

    /// Bytes of a header, and what contents are filled up to.
    static let blockSize = 512

    private let owner: Owner
    /// Seconds since 1970 that every entry was changed at.
    private let time: Int

    package init(owner: Owner = .root, time: Int = 0) {
        self.owner = owner
        self.time = time
    }

    /// The header, or headers, of an entry. Its content follows, then ``padding(after:)``.
    package func header(_ entry: TarEntry) -> [UInt8] {
        let link: String =
            switch entry.kind {
            case .symbolicLink(let target), .hardLink(let target): target
            case .file, .folder, .special: ""
            }
        let path = entry.kind == .folder ? entry.path + "/" : entry.path
        let split = Self.split(path)
        var extended: [(String, String)] = []
        if split == nil { extended.append(("path", path)) }
        if link.utf8.count > 100 { extended.append(("linkpath", link)) }
        if entry.size >= 1 << 33 { extended.append(("size", "\(entry.size)")) }
        var bytes: [UInt8] = []
        if !extended.isEmpty {
            let records = extended.flatMap { Self.record($0.0, $0.1) }
            bytes += block(name: "pax/header", prefix: "", type: "x", mode: 0o644, size: records.count, link: "")
            bytes += records + Self.padding(after: records.count)
        }
        let (name, prefix) = split ?? (String(decoding: path.utf8.prefix(100), as: UTF8.self), "")
        bytes += block(
            name: name, prefix: prefix, type: Self.type(of: entry.kind), mode: entry.mode,
            size: entry.size >= 1 << 33 ? 0 : entry.size, link: String(decoding: link.utf8.prefix(100), as: UTF8.self))
        return bytes
    }

    /// What fills the last block of a content.
    package static func padding(after size: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: (blockSize - size % blockSize) % blockSize)
    }

    /// Two empty blocks.
    package static let end = [UInt8](repeating: 0, count: 2 * blockSize)

    /// A path in the two fields of a header; nil when it does not fit, or is not ASCII.
    private static func split(_ path: String) -> (name: String, prefix: String)? {
        guard path.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        if path.utf8.count <= 100 { return (path, "") }
        let bytes = Array(path.utf8)
        guard bytes.count <= 256,
            let slash = bytes.indices.first(where: {
                bytes[$0] == 0x2F && bytes.count - $0 - 1 <= 100 && $0 <= 155 && $0 > 0 && $0 < bytes.count - 1
            })
        else { return nil }
        return (String(decoding: bytes[(slash + 1)...], as: UTF8.self), String(decoding: bytes[..<slash], as: UTF8.self))
    }

    private static func type(of kind: TarEntry.Kind) -> Character {
        switch kind {
        case .file, .special: "0"
        case .hardLink: "1"
        case .symbolicLink: "2"
        case .folder: "5"
        }
    }

    /// `<length> <key>=<value>\n`, the length counting itself.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = Array(" \(key)=\(value)\n".utf8)
        var length = rest.count + 1
        while "\(length)".utf8.count + rest.count != length { length = "\(length)".utf8.count + rest.count }
        return Array("\(length)".utf8) + rest
    }

    private func block(name: String, prefix: String, type: Character, mode: UInt16, size: Int, link: String) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.blockSize)
        func put(_ text: String, at offset: Int) { block.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8) }
        func put(octal value: Int, at offset: Int, digits: Int) {
            let text = String(value, radix: 8)
            put(String(repeating: "0", count: max(0, digits - text.count)) + text, at: offset)
        }
        put(name, at: 0)
        put(octal: Int(mode), at: 100, digits: 7)
        put(octal: owner.user, at: 108, digits: 7)
        put(octal: owner.group, at: 116, digits: 7)
        put(octal: size, at: 124, digits: 11)
        put(octal: time, at: 136, digits: 11)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        put(prefix, at: 345)
        let sum = block.reduce(8 * 0x20) { $0 + Int($1) }
        put(octal: sum, at: 148, digits: 6)
        block[155] = 0x20
        return block
    }
}
