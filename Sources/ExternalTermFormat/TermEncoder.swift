internal import NIOCore

/// Writes terms in tags that every peer since OTP 23 reads: those that `term_to_binary/1` of OTP 26 and later chooses, except
/// for ports.
struct TermEncoder {
    var buffer: ByteBuffer

    mutating func encode(_ term: Term, depth: Int) throws(TermEncodingError) {
        guard depth < TermLimits.greatestDepth else {
            throw TermEncodingError(code: .tooDeep, detail: "nested deeper than \(TermLimits.greatestDepth)")
        }
        switch term {
        case .integer(let value): integer(value)
        case .bigInteger(let value): try big(isNegative: value.isNegative, value.magnitude)
        case .float(let value): try float(value)
        case .atom(let atom): self.atom(atom)
        case .tuple(let items): try tuple(items, depth)
        case .list(let items): try list(items, tail: nil, depth)
        case .improperList(let items, let tail): try list(items, tail: tail, depth)
        case .map(let pairs): try map(pairs, depth)
        case .binary(let bytes): try binary(bytes)
        case .bitstring(let bits): try bitstring(bits)
        case .pid(let pid): self.pid(pid)
        case .port(let port): self.port(port)
        case .reference(let reference): self.reference(reference)
        case .export(let export): self.export(export)
        case .function(let function): try self.function(function)
        }
    }

    mutating func tag(_ tag: Tag) {
        buffer.writeInteger(tag.rawValue)
    }

    mutating func count(_ count: Int) throws(TermEncodingError) {
        guard let count = UInt32(exactly: count) else {
            throw TermEncodingError(code: .tooLarge, detail: "a length of \(count)")
        }
        buffer.writeInteger(count)
    }
}

// MARK: - Numbers
extension TermEncoder {
    mutating func integer(_ value: Int64) {
        if let byte = UInt8(exactly: value) {
            tag(.smallInteger)
            buffer.writeInteger(byte)
        } else if let word = Int32(exactly: value) {
            tag(.integer)
            buffer.writeInteger(word)
        } else {
            let magnitude = value.magnitude
            let count = 8 - magnitude.leadingZeroBitCount / 8
            tag(.smallBig)
            buffer.writeMultipleIntegers(UInt8(count), value < 0 ? UInt8(1) : 0)
            for position in 0..<count { buffer.writeInteger(UInt8(truncatingIfNeeded: magnitude >> (8 * UInt64(position)))) }
        }
    }

    private mutating func big(isNegative: Bool, _ magnitude: [UInt8]) throws(TermEncodingError) {
        if let small = UInt8(exactly: magnitude.count) {
            tag(.smallBig)
            buffer.writeInteger(small)
        } else {
            tag(.largeBig)
            try count(magnitude.count)
        }
        buffer.writeInteger(isNegative ? UInt8(1) : 0)
        buffer.writeBytes(magnitude)
    }

    private mutating func float(_ value: Double) throws(TermEncodingError) {
        guard value.isFinite else { throw TermEncodingError(code: .notFinite, detail: "the float \(value)") }
        tag(.newFloat)
        buffer.writeInteger(value.bitPattern)
    }
}

// MARK: - Containers
extension TermEncoder {
    private mutating func tuple(_ items: [Term], _ depth: Int) throws(TermEncodingError) {
        if let small = UInt8(exactly: items.count) {
            tag(.smallTuple)
            buffer.writeInteger(small)
        } else {
            tag(.largeTuple)
            try count(items.count)
        }
        for item in items { try encode(item, depth: depth + 1) }
    }

    private mutating func list(_ items: [Term], tail: Term?, _ depth: Int) throws(TermEncodingError) {
        if tail == nil, let characters = items.latin1Characters {
            tag(.string)
            buffer.writeInteger(UInt16(characters.count))
            buffer.writeBytes(characters)
            return
        }
        if !items.isEmpty {
            tag(.list)
            try count(items.count)
            for item in items { try encode(item, depth: depth + 1) }
        }
        try encode(tail ?? .list([]), orNilAt: depth + 1)
    }

    private mutating func encode(_ tail: Term, orNilAt depth: Int) throws(TermEncodingError) {
        if case .list(let items) = tail, items.isEmpty {
            tag(.nil)
        } else {
            try encode(tail, depth: depth)
        }
    }

    private mutating func map(_ pairs: [Term: Term], _ depth: Int) throws(TermEncodingError) {
        tag(.map)
        try count(pairs.count)
        for (key, value) in pairs {
            try encode(key, depth: depth + 1)
            try encode(value, depth: depth + 1)
        }
    }

    private mutating func binary(_ bytes: [UInt8]) throws(TermEncodingError) {
        tag(.binary)
        try count(bytes.count)
        buffer.writeBytes(bytes)
    }

    private mutating func bitstring(_ bits: BitString) throws(TermEncodingError) {
        tag(.bitBinary)
        try count(bits.bytes.count)
        buffer.writeInteger(UInt8(bits.bitsInLastByte))
        buffer.writeBytes(bits.bytes)
    }
}

extension [Term] {
    /// The bytes of a string as Erlang writes it (`STRING_EXT`): 1 to 65,535 integers of 0 to 255; else `nil`.
    fileprivate var latin1Characters: [UInt8]? {
        guard (1...Int(UInt16.max)).contains(count) else { return nil }
        var characters: [UInt8] = []
        for item in self {
            guard case .integer(let value) = item, let character = UInt8(exactly: value) else { return nil }
            characters.append(character)
        }
        return characters
    }
}
