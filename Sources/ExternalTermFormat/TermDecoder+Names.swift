internal import NIOCore

extension TermDecoder {
    /// Reads a term that must be an atom.
    mutating func atom(_ outer: Tag) throws(TermDecodingError) -> Atom {
        let at = offset
        let tag = try tag(at: at)
        switch tag {
        case .atom, .smallAtom, .atomUTF8, .smallAtomUTF8: return try atomBody(tag, at)
        default: throw failure(.malformed, tag, at, "expected an atom inside tag \(outer.rawValue)")
        }
    }

    mutating func atomBody(_ tag: Tag, _ at: Int) throws(TermDecodingError) -> Atom {
        let wide = tag == .atom || tag == .atomUTF8
        let count = wide ? Int(try integer(UInt16.self, tag, at)) : Int(try integer(UInt8.self, tag, at))
        try need(count, tag, at)
        if tag == .atom || tag == .smallAtom {
            guard count <= Atom.maximumLength else { throw tooLong(tag, at) }
            let latin1 = try bytes(count, tag, at)
            return Atom(checked: String(String.UnicodeScalarView(latin1.map { Unicode.Scalar($0) })))
        }
        guard count <= 4 * Atom.maximumLength else { throw tooLong(tag, at) }
        guard let name = try? buffer.readUTF8ValidatedString(length: count) else {
            throw failure(.malformed, tag, at, "the atom is not UTF-8")
        }
        guard let atom = Atom(name) else { throw tooLong(tag, at) }
        return atom
    }

    private func tooLong(_ tag: Tag, _ at: Int) -> TermDecodingError {
        failure(.malformed, tag, at, "the atom is longer than \(Atom.maximumLength) characters")
    }

    /// The creation: 32 bits in the newer tags, 8 in the old ones.
    private mutating func creation(wide: Bool, _ tag: Tag, _ at: Int) throws(TermDecodingError) -> UInt32 {
        wide ? try integer(UInt32.self, tag, at) : UInt32(try integer(UInt8.self, tag, at))
    }

    mutating func pid(_ tag: Tag, _ at: Int) throws(TermDecodingError) -> Pid {
        let node = try atom(tag)
        let id = try integer(UInt32.self, tag, at)
        let serial = try integer(UInt32.self, tag, at)
        return Pid(node: node, id: id, serial: serial, creation: try creation(wide: tag == .newPid, tag, at))
    }

    mutating func port(_ tag: Tag, _ at: Int) throws(TermDecodingError) -> Port {
        let node = try atom(tag)
        let id = tag == .v4Port ? try integer(UInt64.self, tag, at) : UInt64(try integer(UInt32.self, tag, at))
        return Port(node: node, id: id, creation: try creation(wide: tag != .port, tag, at))
    }

    mutating func reference(_ tag: Tag, _ at: Int) throws(TermDecodingError) -> Reference {
        if tag == .reference {
            let node = try atom(tag)
            let word = try integer(UInt32.self, tag, at)
            return try reference(node, try creation(wide: false, tag, at), [word], tag, at)
        }
        let count = Int(try integer(UInt16.self, tag, at))
        guard count <= Reference.maximumWords else { throw failure(.malformed, tag, at, "a reference of \(count) words") }
        let node = try atom(tag)
        let creation = try creation(wide: tag == .newerReference, tag, at)
        var words: [UInt32] = []
        for _ in 0..<count { words.append(try integer(UInt32.self, tag, at)) }
        return try reference(node, creation, words, tag, at)
    }

    private func reference(
        _ node: Atom, _ creation: UInt32, _ words: [UInt32], _ tag: Tag, _ at: Int
    ) throws(TermDecodingError) -> Reference {
        guard let reference = Reference(node: node, creation: creation, words: words) else {
            throw failure(.malformed, tag, at, "a reference without words")
        }
        return reference
    }

    mutating func export(_ at: Int) throws(TermDecodingError) -> Export {
        let module = try atom(.export)
        let function = try atom(.export)
        let arityAt = offset
        guard case .integer(let value) = try element(depth: 0), let arity = UInt8(exactly: value) else {
            throw failure(.malformed, .export, arityAt, "expected an arity of 0 to 255")
        }
        return Export(module: module, function: function, arity: arity)
    }

    /// A closure's parts are checked, since they are sent back some day, but only its bytes are kept.
    mutating func function(_ depth: Int, _ at: Int) throws(TermDecodingError) -> Function {
        let size = Int(try integer(UInt32.self, .newFun, at)) - 4
        try need(size, .newFun, at)
        let begin = buffer.readerIndex
        guard size >= 0, let body = buffer.getSlice(at: begin, length: size) else {
            throw failure(.malformed, .newFun, at, "a closure of \(size + 4) bytes")
        }
        let arity = try integer(UInt8.self, .newFun, at)
        _ = try integer(UInt64.self, .newFun, at)  // Uniq, 16 bytes
        _ = try integer(UInt64.self, .newFun, at)
        let index = try integer(UInt32.self, .newFun, at)
        let free = try count(UInt32.self, .newFun, at)
        let module = try atom(.newFun)
        try charge(3, .newFun, at)
        for _ in 0..<(3 + free) { _ = try element(depth: depth + 1) }  // OldIndex, OldUniq, Pid, what it closes over
        guard buffer.readerIndex - begin == size else {
            throw failure(.malformed, .newFun, at, "a closure of \(size + 4) bytes says \(buffer.readerIndex - begin + 4)")
        }
        return Function(module: module, arity: arity, index: index, bytes: Array(body.readableBytesView))
    }
}
