extension MessageDecoder {
    /// The name at the position, its compression (RFC 1035, section 4.1.4) undone.
    ///
    /// A pointer must lead strictly backward, so that following pointers ends. A name that has been read at the offset
    /// a pointer leads to is taken as it is, so that each is walked once.
    mutating func name() throws(DNSDecodingError) -> Name {
        let start = position
        var wire: [UInt8] = []
        var cursor = start
        // Where the name's own bytes end: behind its first pointer.
        var end: Int?
        // A pointer must lead before the lowest offset of this name so far.
        var lowest = start
        var targets: [(offset: Int, unfolded: Int)] = []
        while true {
            let length = try octet(at: cursor)
            switch length >> 6 {
            case 0 where length == 0:
                wire.append(0)
                return try finish(wire, at: start, end: end ?? cursor + 1, targets)
            case 0:
                try appendLabel(at: cursor, length: Int(length), to: &wire, start: start)
                cursor += 1 + Int(length)
            case 3:
                let target = Int(length & 0x3F) << 8 | Int(try octet(at: cursor + 1))
                guard target >= Self.headerLength, target < lowest else { throw error(.badPointer, at: cursor) }
                end = end ?? cursor + 2
                if let known = names[target] {
                    if wire.isEmpty {
                        position = end ?? cursor + 2
                        return try remember(known, targets)
                    }
                    wire += known.wire
                    return try finish(wire, at: start, end: end ?? cursor + 2, targets)
                }
                try spend(2)
                targets.append((target, wire.count))
                lowest = target
                cursor = target
            default:
                throw error(.reservedLabel, at: cursor)
            }
        }
    }

    private func octet(at offset: Int) throws(DNSDecodingError) -> UInt8 {
        guard offset < bytes.count else { throw error(.truncated, at: bytes.count) }
        return bytes[offset]
    }

    private mutating func spend(_ octets: Int) throws(DNSDecodingError) {
        allowance -= octets
        guard allowance >= 0 else { throw error(.namesTooDear) }
    }

    private mutating func appendLabel(
        at offset: Int, length: Int, to wire: inout [UInt8], start: Int
    ) throws(DNSDecodingError) {
        guard bytes.count - offset > length else { throw error(.truncated, at: bytes.count) }
        wire += bytes[offset...offset + length]
        // The final zero takes one more.
        guard wire.count < Name.maximumLength else { throw error(.nameTooLong, at: start) }
    }

    private mutating func finish(
        _ wire: [UInt8], at start: Int, end: Int, _ targets: [(offset: Int, unfolded: Int)]
    ) throws(DNSDecodingError) -> Name {
        guard wire.count <= Name.maximumLength else { throw error(.nameTooLong, at: start) }
        try spend(wire.count)
        let name = Name(uncheckedWire: wire)
        position = end
        names[start] = name
        return try remember(name, targets)
    }

    /// Keeps what the pointers of this name led to.
    private mutating func remember(
        _ name: Name, _ targets: [(offset: Int, unfolded: Int)]
    ) throws(DNSDecodingError) -> Name {
        for target in targets where names[target.offset] == nil {
            if target.unfolded == 0 {
                names[target.offset] = name
            } else {
                try spend(name.wire.count - target.unfolded)
                names[target.offset] = Name(uncheckedWire: Array(name.wire[target.unfolded...]))
            }
        }
        return name
    }
}
