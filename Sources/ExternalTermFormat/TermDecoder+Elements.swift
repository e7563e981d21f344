internal import NIOCore

extension TermDecoder {
    /// Reads one term without 131. The allowance has been charged for it by whoever announced it.
    mutating func element(depth: Int) throws(TermDecodingError) -> Term {
        let at = offset
        let tag = try tag(at: at)
        guard depth < limits.depth else { throw failure(.tooDeep, tag, at, "nested deeper than \(limits.depth)") }
        switch tag {
        case .smallInteger: return .integer(Int64(try integer(UInt8.self, tag, at)))
        case .integer: return .integer(Int64(try integer(Int32.self, tag, at)))
        case .smallBig: return try big(Int(try integer(UInt8.self, tag, at)), tag, at)
        case .largeBig: return try big(Int(try integer(UInt32.self, tag, at)), tag, at)
        case .newFloat, .float: return try float(tag, at)
        case .atom, .smallAtom, .atomUTF8, .smallAtomUTF8: return .atom(try atomBody(tag, at))
        case .smallTuple: return .tuple(try elements(count(UInt8.self, tag, at), depth))
        case .largeTuple: return .tuple(try elements(count(UInt32.self, tag, at), depth))
        case .nil: return .list([])
        case .string: return .list(try characters(at))
        case .list: return try list(depth, at)
        case .map: return try map(depth, at)
        case .binary: return .binary(try bytes(Int(try integer(UInt32.self, tag, at)), tag, at))
        case .bitBinary: return try bits(at)
        case .newPid, .pid: return .pid(try pid(tag, at))
        case .newPort, .port, .v4Port: return .port(try port(tag, at))
        case .newerReference, .newReference, .reference: return .reference(try reference(tag, at))
        case .export: return .export(try export(at))
        case .newFun: return .function(try function(depth, at))
        case .atomCacheRef, .fun, .local, .compressed:
            throw failure(.unsupportedTag, tag, at, "\(tag) has no place here")
        }
    }

    private mutating func elements(_ count: Int, _ depth: Int) throws(TermDecodingError) -> [Term] {
        var items: [Term] = []
        items.reserveCapacity(count)
        for _ in 0..<count { items.append(try element(depth: depth + 1)) }
        return items
    }

    private mutating func characters(_ at: Int) throws(TermDecodingError) -> [Term] {
        let count = try count(UInt16.self, .string, at)
        return try bytes(count, .string, at).map { .integer(Int64($0)) }
    }

    /// A list whose tail is a list again is one list: read in a loop, so that a chain of tails costs no stack.
    private mutating func list(_ depth: Int, _ at: Int) throws(TermDecodingError) -> Term {
        var items = try elements(count(UInt32.self, .list, at), depth)
        while true {
            let tailAt = offset
            try charge(1, .list, tailAt)
            guard let next = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self).flatMap(Tag.init), next == .list else {
                break
            }
            buffer.moveReaderIndex(forwardBy: 1)
            for _ in 0..<(try count(UInt32.self, .list, tailAt)) { items.append(try element(depth: depth + 1)) }
        }
        let tail = try element(depth: depth + 1)
        if case .list(let rest) = tail { return .list(items + rest) }
        return items.isEmpty ? tail : .improperList(items, tail: tail)
    }

    private mutating func map(_ depth: Int, _ at: Int) throws(TermDecodingError) -> Term {
        let count = try count(UInt32.self, .map, at, each: 2)
        var pairs: [Term: Term] = [:]
        pairs.reserveCapacity(count)
        for _ in 0..<count {
            let keyAt = offset
            let key = try element(depth: depth + 1)
            guard pairs.updateValue(try element(depth: depth + 1), forKey: key) == nil else {
                throw failure(.malformed, .map, keyAt, "a key is there twice")
            }
        }
        return .map(pairs)
    }

    private mutating func big(_ count: Int, _ tag: Tag, _ at: Int) throws(TermDecodingError) -> Term {
        let sign = try integer(UInt8.self, tag, at)
        return .integer(isNegative: sign != 0, magnitude: try bytes(count, tag, at))
    }

    private mutating func float(_ tag: Tag, _ at: Int) throws(TermDecodingError) -> Term {
        let value: Double?
        if tag == .newFloat {
            value = Double(bitPattern: try integer(UInt64.self, tag, at))
        } else {
            // FLOAT_EXT: what sprintf("%.20e") wrote, filled up to 31 bytes with zeros
            let text = String(decoding: try bytes(31, tag, at).prefix { $0 != 0 }, as: UTF8.self)
            value = text.allSatisfy { "0123456789+-.e".contains($0) } ? Double(text) : nil
        }
        guard let value, value.isFinite else { throw failure(.malformed, tag, at, "no finite float") }
        return .float(value)
    }

    private mutating func bits(_ at: Int) throws(TermDecodingError) -> Term {
        let count = Int(try integer(UInt32.self, .bitBinary, at))
        let bits = Int(try integer(UInt8.self, .bitBinary, at))
        let bytes = try bytes(count, .bitBinary, at)
        if bits == 8, count > 0 { return .binary(bytes) }
        guard let value = BitString(bytes: bytes, bitsInLastByte: bits) else {
            throw failure(.malformed, .bitBinary, at, "\(bits) bits in the last of \(count) bytes")
        }
        return .bitstring(value)
    }
}
