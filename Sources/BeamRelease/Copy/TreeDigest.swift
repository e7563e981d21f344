import Crypto
import Glibc

/// SHA-256 over a tree: names, contents, whether files are executable, where links lead. Neither times nor owners count.
enum TreeDigest {
    /// 32 bytes.
    typealias Hash = [UInt8]

    /// The digest of a tree whose files have these hashes, in the order of its entries (links and folders: anything).
    static func digest(of entries: [FileTree.Entry], files: [Hash], format: Int) -> String {
        var sum = SHA256()
        sum.update(data: Array("release tree, copy format \(format)\n".utf8))
        for (entry, hash) in zip(entries, files) {
            switch entry.kind {
            case .folder: sum.update(data: Array("d \(entry.path)\0".utf8))
            case .link(let target): sum.update(data: Array("l \(entry.path)\0\(target)\0".utf8))
            case .file(let isExecutable):
                sum.update(data: Array("\(isExecutable ? "x" : "f") \(entry.path)\0".utf8))
                sum.update(data: hash)
            }
        }
        return hexadecimal(Hash(sum.finalize()))
    }

    /// The hash of what is left to read of an open file.
    static func hash(_ file: borrowing OpenFile, of path: String) throws(ReleaseError) -> Hash {
        var sum = SHA256()
        let buffer = Buffer(count: 256 << 10)
        while true {
            let count = try file.read(into: buffer.bytes, of: path)
            if count == 0 { return Hash(sum.finalize()) }
            sum.update(bufferPointer: buffer.prefix(count))
        }
    }

    /// Two lower-case digits a byte.
    static func hexadecimal(_ hash: Hash) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The bytes of ``hexadecimal(_:)``; nil for anything else.
    static func bytes(ofHexadecimal text: Substring) -> Hash? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: Hash = []
        bytes.reserveCapacity(digits.count / 2)
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(of: digits[place]), let low = value(of: digits[place + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension EnvironmentFile {
    /// The hash that the `env.sh` of a copy had before the lines were added; of another text, that text's.
    static func hashOfOriginal(_ path: String) throws(ReleaseError) -> TreeDigest.Hash {
        let text = try TextFiles.bytes(of: path) ?? []
        let added = Array(sourcingLines.utf8)
        let original = text.suffix(added.count).elementsEqual(added) ? text.dropLast(added.count) : text[...]
        return TreeDigest.Hash(SHA256.hash(data: Array(original)))
    }
}
