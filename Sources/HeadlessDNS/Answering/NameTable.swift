package import DNSMessage

/// Finds a name's number in a query's own bytes, whatever their case, without allocating.
///
/// Open addressing over one array of keys. The keys are the zone's own, never a client's, so that nobody can make them
/// collide on purpose.
package struct NameTable: Sendable {
    private struct Entry {
        var hash: UInt64
        var keyStart: Int
        var keyLength: Int
    }

    private var entries: [Entry] = []
    /// One more than an entry's number, 0 for an empty slot; at least twice as many slots as entries.
    private var slots: [Int32]
    private var keys: [UInt8] = []

    /// A table of names, numbered in their order. Equal names get one number each, of which the first is found.
    package init(_ names: [Name]) {
        var size = 16
        while size < names.count * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        for name in names {
            let key = name.lowercased.wire
            let hash = Self.hash(key.span, from: 0, count: key.count)
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            entries.append(Entry(hash: hash, keyStart: keys.count, keyLength: key.count))
            keys += key
            slots[slot] = Int32(entries.count)
        }
    }

    /// The number of the name whose wire form has `count` octets from `start` on.
    package func number(in bytes: Span<UInt8>, from start: Int, count: Int) -> Int? {
        let hash = Self.hash(bytes, from: start, count: count)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if entries[number].hash == hash, matches(entries[number], bytes, from: start, count: count) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func matches(_ entry: Entry, _ bytes: Span<UInt8>, from start: Int, count: Int) -> Bool {
        guard entry.keyLength == count else { return false }
        let keys = keys.span
        for offset in 0..<count where Name.lowercase(bytes[start + offset]) != keys[entry.keyStart + offset] {
            return false
        }
        return true
    }

    /// FNV-1a over the octets in lower case, folded so that the low bits depend on all.
    private static func hash(_ bytes: Span<UInt8>, from start: Int, count: Int) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for offset in start..<start + count {
            hash = (hash ^ UInt64(Name.lowercase(bytes[offset]))) &* 0x100_0000_01B3
        }
        return hash ^ hash >> 32
    }
}
